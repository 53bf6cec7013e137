// Answers what flowaudit answers about a payment institution's filing, with DuckDB and SQL written
// by hand: the rules of samples/PLAN.md, the reconciliation of the statements, their footing, and
// the bridge of every account and day. Prints one sorted line for each finding and break.
//
//     node duckdb.mjs FOLDER [THREADS]
//
// A user of DuckDB would write it like this: typed tables from the CSV files, then one query a rule.
import { DuckDBInstance } from '@duckdb/node-api';

const [folder, threads = '2'] = process.argv.slice(2);
const instance = await DuckDBInstance.create(':memory:');
const db = await instance.connect();
const file = (table) => `'${folder.replaceAll("'", "''")}/${table}.csv'`;
const money = 'DECIMAL(18,2)';

const load = (table, types) =>
  `CREATE TABLE ${table} AS SELECT * FROM read_csv(${file(table)}, header = true, delim = ',',
     quote = '"', escape = '"', types = {${Object.entries(types)
       .map(([column, type]) => `'${column}': '${type}'`).join(', ')}})`;

const setup = [
  `SET threads = ${Number(threads)}`,
  load('flow', { flow_id: 'VARCHAR', time: 'TIMESTAMP', payer_account: 'VARCHAR', payee_account: 'VARCHAR',
    amount: money, order_id: 'VARCHAR', reverses: 'VARCHAR', cross_border: 'BOOLEAN' }),
  load('statement', { statement_id: 'VARCHAR', account: 'VARCHAR', booked_at: 'TIMESTAMP', amount: money,
    balance_after: money, reference: 'VARCHAR' }),
  load('account', { account_id: 'VARCHAR', owner: 'VARCHAR', filed_on: 'DATE', opening_balance: money }),
  load('party', { party_id: 'VARCHAR', phone: 'VARCHAR', id_number: 'VARCHAR' }),
  load('balance', { account: 'VARCHAR', date: 'DATE', closing: money }),
  load('licence', { valid_from: 'DATE', valid_to: 'DATE' }),
  load('financial', { as_of: 'DATE', paid_in_capital: money }),
  load('filed_report', { code: 'VARCHAR', date: 'DATE', amount: money, filed_at: 'TIMESTAMP' }),
  load('holiday', { date: 'DATE' }),

  `CREATE VIEW settled AS SELECT *, time::DATE AS day FROM flow WHERE status = 'settled'`,
  `CREATE VIEW effective AS SELECT * FROM settled WHERE reverses IS NULL AND flow_id NOT IN
     (SELECT reverses FROM settled WHERE reverses IS NOT NULL)`,
  // what every client paid and received on a day: legs within one owner's accounts are internal
  `CREATE TABLE client_day AS ${[['debit', 'a'], ['credit', 'b']].map(([side, client]) =>
    `SELECT ${client}.owner, party.kind, '${side}' AS side, f.day,
       sum(amount) FILTER (instrument = 'cash') AS cash,
       sum(amount) FILTER (instrument <> 'cash' AND a.owner <> b.owner) AS moved,
       sum(amount) FILTER (instrument <> 'cash' AND a.owner <> b.owner AND NOT cross_border) AS domestic
     FROM effective f JOIN account a ON a.account_id = f.payer_account
                      JOIN account b ON b.account_id = f.payee_account
                      JOIN party ON party_id = ${client}.owner
     WHERE ${client}.role IN ('customer', 'merchant') GROUP BY ALL`).join(' UNION ALL ')}`,
  // working days of the year, numbered
  `CREATE TABLE bday AS SELECT d::DATE AS day, row_number() OVER (ORDER BY d) AS no
     FROM generate_series(DATE '2025-01-01', DATE '2025-12-31', INTERVAL 1 DAY) AS s(d)
     LEFT JOIN holiday h ON h.date = d::DATE
     WHERE CASE WHEN h.kind IS NULL THEN isodow(d) < 6 ELSE h.kind = 'work' END`,

  // what each side knows of the accounts that have a statement
  `CREATE VIEW ledger_side AS
     SELECT account, direction, reference, flow_id, day, amount FROM
       (SELECT payer_account AS account, 'debit' AS direction, coalesce(order_id, flow_id) AS reference,
               flow_id, day, amount FROM settled
        UNION ALL
        SELECT payee_account, 'credit', coalesce(order_id, flow_id), flow_id, day, amount FROM settled)
     WHERE account IN (SELECT DISTINCT account FROM statement)`,
  `CREATE VIEW bank_side AS
     SELECT account, direction, reference, statement_id, booked_at::DATE AS day, amount FROM statement`,
  // rows that share a reference are numbered, so that each is claimed once; flow_ids are in order of time
  ...[['ledger', 'flow_id'], ['bank', 'statement_id']].map(([side, id]) =>
    `CREATE TABLE ${side}_twice AS
       SELECT account, direction, ${id}, row_number() OVER (PARTITION BY account, direction, reference
                                                            ORDER BY day, ${id}) AS n
       FROM ${side}_side JOIN (SELECT account, direction, reference FROM ${side}_side
                               GROUP BY ALL HAVING count(*) > 1) USING (account, direction, reference)`),
  `CREATE TABLE pair AS
     WITH l AS (SELECT l.*, coalesce(n, 1) AS n FROM ledger_side l
                LEFT JOIN ledger_twice USING (account, direction, flow_id)),
          b AS (SELECT b.*, coalesce(n, 1) AS n FROM bank_side b
                LEFT JOIN bank_twice USING (account, direction, statement_id))
     SELECT account, direction, l.day AS ledger_day, b.day AS bank_day,
            l.amount AS ledger_amount, b.amount AS bank_amount,
            CASE WHEN l.amount = b.amount THEN NULL ELSE coalesce(l.flow_id, b.statement_id) END AS id,
            CASE WHEN b.statement_id IS NULL AND l.n > 1 THEN 'duplicate'
                 WHEN b.statement_id IS NULL THEN 'missing_at_bank'
                 WHEN l.flow_id IS NULL THEN 'missing_in_ledger'
                 WHEN l.amount <> b.amount THEN 'amount' ELSE 'matched' END AS class
     FROM l FULL JOIN b USING (account, direction, reference, n)`,
];

const filer = `'PAY-1'`;
const finding = (id, subject, side, first, rest) =>
  `SELECT 'finding,${id},' || ${subject} || ',' || ${side} || ',' || ${first} ${rest}`;
// a report answers for a client, side and day; where the law gives a code, for that code only
const unreported = (id, code, sum, least, where) =>
  finding(id, 'owner', 'side', 'day', `FROM client_day c WHERE ${sum} >= ${least} AND ${where}
    AND NOT EXISTS (SELECT 1 FROM filed_report r WHERE r.kind = 'large_value' AND r.code LIKE '${code}'
      AND r.party = owner AND r.side = c.side AND r.date = c.day)`);

const questions = [
  finding('MA-PAY-LIC-1', filer, `''`, 'min(day)', `FROM settled s WHERE NOT EXISTS
    (SELECT 1 FROM licence l WHERE l.kind = 'payment' AND s.day BETWEEN l.valid_from
      AND coalesce(l.valid_to, DATE '9999-12-31')) GROUP BY date_trunc('month', day)`),
  finding('MA-PAY-CAP-1', 'institution', `''`, 'as_of', 'FROM financial WHERE paid_in_capital < 100000000'),
  finding('RSV21-FULL', filer, `''`, 'min(date)', `FROM
    (SELECT date, date - (row_number() OVER (ORDER BY date))::INTEGER AS run FROM
      (SELECT date,
         sum(closing) FILTER (source = 'platform' AND role IN ('customer', 'merchant')) AS owed,
         sum(closing) FILTER (source = 'bank' AND role IN ('reserve', 'prepaid_special', 'pending')) AS held
       FROM balance JOIN account ON account_id = account GROUP BY date) WHERE owed > held)
    GROUP BY run`),
  finding('RSV21-USE', 'flow_id', `''`, 'day', `FROM settled
    JOIN account a ON a.account_id = payer_account JOIN account b ON b.account_id = payee_account
    WHERE a.role = 'reserve' AND (order_id IS NULL
      OR b.role NOT IN ('customer', 'merchant', 'pending', 'own_funds')
      OR (b.role = 'own_funds' AND b.filed_on IS NULL))`),
  // cumulated over the period; one line for each run of days below zero
  finding('RSV21-FEE', filer, `''`, 'min(day)', `FROM
    (SELECT day, unmoved, sum(starts) OVER (ORDER BY day) AS run FROM
      (SELECT day, unmoved, CASE WHEN coalesce(lag(unmoved) OVER (ORDER BY day), 0) >= 0 THEN 1 ELSE 0 END
         AS starts FROM
        (SELECT day, (SELECT sum(opening_balance) FROM account WHERE role = 'fee')
           + sum(sum(CASE WHEN b.role = 'fee' THEN amount ELSE -amount END)) OVER (ORDER BY day) AS unmoved
         FROM settled s JOIN account a ON a.account_id = payer_account
                        JOIN account b ON b.account_id = payee_account
         WHERE (s.kind = 'fee' AND b.role = 'fee') OR (a.role = 'reserve' AND b.role = 'own_funds')
         GROUP BY day)))
    WHERE unmoved < 0 GROUP BY run`),
  finding('RSV21-NOINT', 'flow_id', `''`, 'day', `FROM settled JOIN account ON account_id = payee_account
    WHERE kind = 'interest' AND role = 'customer'`),
  unreported('LV16-CASH', '0501', 'cash', 50000, 'true'),
  unreported('LV18-PI-LEGAL', '%', 'moved', 2000000, `kind IN ('legal', 'other')`),
  unreported('LV18-PI-NP-DOM', '%', 'domestic', 500000, `kind = 'natural'`),
  finding('LV16-FILE5', 'report_id', `''`, 'filed_at::DATE', `FROM filed_report r WHERE kind = 'large_value' AND
    filed_at::DATE NOT BETWEEN date AND (SELECT day FROM bday WHERE no =
      (SELECT max(no) FROM bday WHERE day <= r.date) + 5)`),
  `SELECT 'break,' || class || ',' || account || ',' || direction || ',' || id
   FROM pair WHERE class <> 'matched'`,
  `SELECT 'break,footing,' || account || ',,' || statement_id FROM
    (SELECT account, statement_id, balance_after,
       lag(balance_after) OVER w + CASE direction WHEN 'credit' THEN amount ELSE -amount END AS expected
     FROM statement WINDOW w AS (PARTITION BY account ORDER BY rowid))
   WHERE balance_after <> expected`,
  // the bridge: platform closing, less each class and what one side booked earlier, is bank closing;
  // one line for each run of days with the same remainder
  `WITH moves AS
     (SELECT account, day, sum(ledger) AS ledger, sum(bank) AS bank FROM
       (SELECT account, ledger_day AS day, 0 AS bank,
          CASE direction WHEN 'credit' THEN ledger_amount ELSE -ledger_amount END AS ledger
        FROM pair WHERE ledger_day IS NOT NULL
        UNION ALL
        SELECT account, bank_day, CASE direction WHEN 'credit' THEN bank_amount ELSE -bank_amount END, 0
        FROM pair WHERE bank_day IS NOT NULL) GROUP BY account, day),
   days AS
     (SELECT b.account, b.date, max(closing) FILTER (source = 'platform') AS platform,
        max(closing) FILTER (source = 'bank') AS bank
      FROM balance b WHERE account IN (SELECT account FROM statement) GROUP BY b.account, b.date)
   SELECT 'break,remainder,' || account || ',,' || date FROM
    (SELECT account, date, remainder, lag(remainder) OVER (PARTITION BY account ORDER BY date) AS before FROM
      (SELECT account, date, bank - platform + (SELECT coalesce(sum(ledger) - sum(bank), 0) FROM moves m
         WHERE m.account = d.account AND m.day <= d.date) AS remainder
       FROM days d WHERE platform IS NOT NULL AND bank IS NOT NULL))
   WHERE remainder <> 0 AND remainder IS DISTINCT FROM before`,
];

for (const statement of setup) await db.run(statement);
const lines = [];
for (const question of questions) {
  const reader = await db.runAndReadAll(question);
  for (const [line] of reader.getRows()) lines.push(line);
}
lines.sort();
for (const line of lines) console.log(line);
