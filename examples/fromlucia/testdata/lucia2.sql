CREATE TABLE user (id VARCHAR(15) NOT NULL PRIMARY KEY, username TEXT NOT NULL);
INSERT INTO "user" VALUES ('u3v91txyheecbf0', 'ann');
INSERT INTO "user" VALUES ('pgnrg5ocuh1s3uv', 'bob');
CREATE TABLE user_key (id VARCHAR(255) NOT NULL PRIMARY KEY, user_id VARCHAR(15) NOT NULL, hashed_password VARCHAR(255), FOREIGN KEY (user_id) REFERENCES user(id));
INSERT INTO "user_key" VALUES ('username:ann', 'u3v91txyheecbf0', 's2:ogb46xg4zfipqug4:f97fb01860dfc3e6f7345e9a53ad6a57e3a3df81ef95775cdcabbda1ada9e2f33489f04200f13552cf93349b1bbce794d9182cb7f76c9d27e9a0d04db60b27af');
INSERT INTO "user_key" VALUES ('username:bob', 'pgnrg5ocuh1s3uv', 's2:jne4qey90prpzysy:6682839bbc8ebb6445062efd91740d06c7d1274afb5125e918702e2df2d6b4dccd9d47e76fb4dec19ac41aa0de9604096de0d72b54e191cd830fac7ed9752ab5');
CREATE TABLE user_session (id VARCHAR(127) NOT NULL PRIMARY KEY, user_id VARCHAR(15) NOT NULL, active_expires BIGINT NOT NULL, idle_expires BIGINT NOT NULL, FOREIGN KEY (user_id) REFERENCES user(id));
INSERT INTO "user_session" VALUES ('34k8yv97n95x0udi96woxqwhkqv55ijo99hhank9', 'u3v91txyheecbf0', 1795608000000, 1796817600000);
INSERT INTO "user_session" VALUES ('36ed1pzjhgstc5l7omqj4h6mkq5gutncwwyynttr', 'pgnrg5ocuh1s3uv', 1795608000000, 1796817600000);
