package postgres

// surroundings finds the properties of a table that make results wrong and, with keeps,
// the triggers that can prevent rows from being deleted. It ignores whatever only adds
// constraints, because a write that violates them fails with an error. It also ignores
// triggers that prevent the write of a row, because each write of one row checks that it
// has written one.
//
// Row level security is harmless if its policies show every row to the role, for each
// command, and let it write every row.
const surroundings = `
WITH t AS (SELECT oid, relkind, relpersistence FROM pg_class WHERE oid = to_regclass(CAST($1 AS text))),
parts AS (
	SELECT oid, relkind, relpersistence FROM t
	UNION
	SELECT c.oid, c.relkind, c.relpersistence FROM t, pg_partition_tree(t.oid) AS p JOIN pg_class AS c ON c.oid = p.relid
),
policies AS (
	SELECT p.polcmd, p.polpermissive, COALESCE(pg_get_expr(p.polqual, p.polrelid), '') = 'true' AS shows,
		COALESCE(pg_get_expr(p.polwithcheck, p.polrelid), pg_get_expr(p.polqual, p.polrelid), '') = 'true' AS takes
	FROM pg_policy AS p JOIN t ON p.polrelid = t.oid
	WHERE EXISTS (SELECT FROM unnest(p.polroles) AS r WHERE CASE r WHEN 0 THEN true ELSE pg_has_role(r, 'USAGE') END)
)
SELECT 'is a temporary table of one connection' AS text, false AS keeps FROM t WHERE relpersistence = 't'
UNION ALL
SELECT 'is UNLOGGED: it is empty after a crash of the server', false
WHERE EXISTS (SELECT FROM parts WHERE relpersistence = 'u' AND relkind = 'r')
UNION ALL
SELECT 'has tables that inherit from it, whose rows are among its own and need not have ids of their own', false
FROM t WHERE relkind = 'r' AND EXISTS (SELECT FROM pg_inherits WHERE inhparent = t.oid)
UNION ALL
SELECT 'row level security hides rows from this role: give it BYPASSRLS, or a policy FOR ALL USING (true)', false
FROM t WHERE row_security_active(t.oid) AND (
	EXISTS (SELECT FROM policies WHERE NOT polpermissive)
	OR EXISTS (SELECT FROM unnest(ARRAY['r', 'a', 'w', 'd']) AS c (command) WHERE NOT EXISTS (
		SELECT FROM policies WHERE polcmd IN ('*', c.command) AND takes AND (shows OR c.command = 'a'))))
UNION ALL
SELECT 'rule "' || r.rulename || '" runs instead of statements', false
FROM pg_rewrite AS r WHERE r.is_instead AND r.ev_enabled IN ('O', 'A') AND r.ev_class IN (SELECT oid FROM parts)
UNION ALL
SELECT DISTINCT CAST(g.tgname AS text), true
FROM pg_trigger AS g WHERE g.tgrelid IN (SELECT oid FROM parts) AND NOT g.tgisinternal AND g.tgenabled IN ('O', 'A')
	AND g.tgtype & 1 = 1 AND g.tgtype & 2 = 2 AND g.tgtype & 8 = 8` // FOR EACH ROW, BEFORE, DELETE
