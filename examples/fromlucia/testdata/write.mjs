// Writes a database with the real Lucia and prints it as SQL. What it printed
// is beside it. It was run like this, with Node 20, each in a folder of its own:
//
//	npm i lucia-auth@1.8.0 @lucia-auth/adapter-sqlite@1.1.1 libsql && node write.mjs 1 >lucia1.sql
//	npm i lucia@2.7.7 @lucia-auth/adapter-sqlite@2.0.1 libsql && node write.mjs 2 >lucia2.sql
//	npm i lucia@3.2.2 @lucia-auth/adapter-sqlite@3.0.2 libsql && node write.mjs 3 >lucia3.sql
//
// The tables are those of Lucia's documentation.
import Database from "libsql";

const at = Date.UTC(2026, 10, 24, 12); // now, in the tests
const Real = Date;
globalThis.Date = class extends Real {
  constructor(...args) { super(...(args.length ? args : [at])); }
  static now() { return at; }
};

const db = new Database(":memory:");
const password = "Ｐaßwort ﬁ 1"; // NFKC makes other characters of two
const versions = {
  1: async () => {
    db.exec(`CREATE TABLE auth_user (id VARCHAR(31) NOT NULL PRIMARY KEY, username VARCHAR(31) NOT NULL);
      CREATE TABLE auth_key (id VARCHAR(255) NOT NULL PRIMARY KEY, user_id VARCHAR(15) NOT NULL, primary_key INT(1) NOT NULL, hashed_password VARCHAR(255), expires BIGINT, FOREIGN KEY (user_id) REFERENCES auth_user(id));
      CREATE TABLE auth_session (id VARCHAR(127) NOT NULL PRIMARY KEY, user_id VARCHAR(15) NOT NULL, active_expires BIGINT NOT NULL, idle_expires BIGINT NOT NULL, FOREIGN KEY (user_id) REFERENCES auth_user(id))`);
    const { default: lucia } = await import("lucia-auth");
    const { betterSqlite3 } = await import("@lucia-auth/adapter-sqlite");
    const auth = lucia({ env: "PROD", adapter: betterSqlite3(db) });
    for (const name of ["ann", "bob"]) {
      const user = await auth.createUser({ primaryKey: { providerId: "username", providerUserId: name, password }, attributes: { username: name } });
      await auth.createSession(user.userId);
    }
  },
  2: async () => {
    db.exec(`CREATE TABLE user (id VARCHAR(15) NOT NULL PRIMARY KEY, username TEXT NOT NULL);
      CREATE TABLE user_key (id VARCHAR(255) NOT NULL PRIMARY KEY, user_id VARCHAR(15) NOT NULL, hashed_password VARCHAR(255), FOREIGN KEY (user_id) REFERENCES user(id));
      CREATE TABLE user_session (id VARCHAR(127) NOT NULL PRIMARY KEY, user_id VARCHAR(15) NOT NULL, active_expires BIGINT NOT NULL, idle_expires BIGINT NOT NULL, FOREIGN KEY (user_id) REFERENCES user(id))`);
    const { lucia } = await import("lucia");
    const { betterSqlite3 } = await import("@lucia-auth/adapter-sqlite");
    const auth = lucia({ env: "PROD", adapter: betterSqlite3(db, { user: "user", key: "user_key", session: "user_session" }) });
    for (const name of ["ann", "bob"]) {
      const user = await auth.createUser({ key: { providerId: "username", providerUserId: name, password }, attributes: { username: name } });
      await auth.createSession({ userId: user.userId, attributes: {} });
    }
  },
  3: async () => {
    db.exec(`CREATE TABLE user (id TEXT NOT NULL PRIMARY KEY, username TEXT NOT NULL, password_hash TEXT NOT NULL);
      CREATE TABLE session (id TEXT NOT NULL PRIMARY KEY, expires_at INTEGER NOT NULL, user_id TEXT NOT NULL, FOREIGN KEY (user_id) REFERENCES user(id))`);
    const { Lucia, Scrypt, generateIdFromEntropySize } = await import("lucia");
    const { BetterSqlite3Adapter } = await import("@lucia-auth/adapter-sqlite");
    const lucia = new Lucia(new BetterSqlite3Adapter(db, { user: "user", session: "session" }));
    for (const name of ["ann", "bob"]) {
      const id = generateIdFromEntropySize(10);
      db.prepare("INSERT INTO user VALUES (?, ?, ?)").run(id, name, await new Scrypt().hash(password));
      await lucia.createSession(id, {});
    }
  },
};
await versions[process.argv[2]]();
for (const { name, sql } of db.prepare("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL").all()) {
  console.log(sql + ";");
  for (const row of db.prepare(`SELECT * FROM "${name}"`).raw().all()) {
    console.log(`INSERT INTO "${name}" VALUES (${row.map((v) => (typeof v === "string" ? `'${v}'` : v ?? "NULL")).join(", ")});`);
  }
}
