CREATE TABLE user (id TEXT NOT NULL PRIMARY KEY, username TEXT NOT NULL, password_hash TEXT NOT NULL);
INSERT INTO "user" VALUES ('chdk5op4d2imgdxr', 'ann', '0dc791864a9fb073c8788670de2131bd:5f43ad8166c65da6de54ec95105189a23d4b14c50be85f95eb7d6cc08936f14b68ce4bf0ab8d4314c300b2fb33af7638483244147a2f6827994f58d71e9b3cb0');
INSERT INTO "user" VALUES ('qpjxrhmnhwtmxwzq', 'bob', '0a17688d8769d0b492e51bfffc023b0e:5dfc39bd57cec65e8439d88b3cf175a1973e771c3e42f647c4c04566020ea80991ab2bd2b0278a9890e33ee6cc7557aa6c33ce999fdbf5b2646b7bdbb9cc7a31');
CREATE TABLE session (id TEXT NOT NULL PRIMARY KEY, expires_at INTEGER NOT NULL, user_id TEXT NOT NULL, FOREIGN KEY (user_id) REFERENCES user(id));
INSERT INTO "session" VALUES ('fniuc5ihlfsnmfzw4jy76tdotf4jjsv5hlnzsber', 1798113600, 'chdk5op4d2imgdxr');
INSERT INTO "session" VALUES ('ffwk47rc6wxmwmbfjyjmwc5grtfeyvozftmnldcn', 1798113600, 'qpjxrhmnhwtmxwzq');
