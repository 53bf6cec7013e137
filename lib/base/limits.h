/*
 * Every bound of the program, with its reason. Reaching one is an error that names it (code LIMIT).
 * "Limit of the input" ends with status 4, "limit of the run" with status 6.
 */
#ifndef FA_BASE_LIMITS_H
#define FA_BASE_LIMITS_H

#include <stdint.h>

/* Rows of one block of the stream: large enough that block overhead vanishes (about 60 bytes a
 * column), small enough that one block of a wide table stays in the processor's cache. */
#define FA_BLOCK_ROWS_MAX 65536u
/* Rows that a kernel handles at a time: a few columns of 8,192 int64 fit the L2 cache. */
#define FA_SLICE_ROWS 8192u

/* Limits of the input. */
#define FA_FIELD_BYTES_MAX   (4u << 20)  /* one CSV field: a contract's full text fits, a bomb does not */
#define FA_RECORD_BYTES_MAX  (16u << 20) /* one CSV record */
#define FA_HEADER_WINDOW_BYTES 65536u   /* where the header must stand: longest preamble seen has 3 KiB */
#define FA_RECORD_FIELDS_MAX 4096u       /* columns of a source file: widest real export seen has 146 */
#define FA_TEXT_BYTES_MAX    (4u << 20)  /* one text value in the stream */
#define FA_MT940_FIELD_BYTES_MAX 16384u  /* a field or line of MT940: the standard has 400 bytes, banks go to some 2,000 */
#define FA_XLS_BYTES_MAX     (512u << 20) /* a workbook of .xls: 65,536 rows of 256 cells take 300 MB */
#define FA_SHEET_RELATIONS_MAX 8192u    /* from one part of an .xlsx to others: a few for each sheet */
#define FA_SHEET_SHEETS_MAX  1024u       /* sheets of a workbook: people click through some dozens */
#define FA_SHEET_STYLES_MAX  65536u      /* of cells: the format itself allows 65,490 */
#define FA_SHEET_FORMATS_MAX 4096u       /* of numbers: programs allow 200 to 250 */
#define FA_SHEET_NAME_BYTES_MAX 1024u    /* of a sheet or part; sheets have 31 characters */
#define FA_SHEET_TEXTS_MAX   (16u << 20) /* shared texts: 16 for each of the rows a sheet can have; 64 MiB of places */
#define FA_SHEET_TEXTS_MEMORY_MAX (64u << 20) /* of them in memory; the rest in a file */
#define FA_SHEET_TEXTS_BYTES_MAX UINT32_MAX /* all of them together: places have 32 bits */
#define FA_SOURCES_MAX       65536u      /* files of one filing */
#define FA_FOLDER_DEPTH_MAX  16u         /* folders in folders of a filing */
#define FA_UNPACK_RATIO_MAX  250u        /* what a file is unpacked to, against what it takes on disk, archives in
                                            archives multiplied: bank exports reach 30, sheets 60, deflate 1,032 */
#define FA_UNPACK_FREE_BYTES (16u << 20) /* so small that no ratio matters */
#define FA_UNPACK_BYTES_MAX  (64ull << 30) /* one unpacked file: 10^8 flows take 10 GB; some minutes of inflating */
#define FA_UNPACK_FILE_BYTES_MAX (1ull << 30) /* one that must lie on disk as a whole: an archive in an archive, a workbook */
#define FA_ARCHIVE_BYTES_MAX (256ull << 30) /* all members of one archive, unpacked */
#define FA_ARCHIVE_ENTRIES_MAX 16384u       /* members of one archive: a file a day of 40 years */
#define FA_ARCHIVE_DIRECTORY_BYTES_MAX (4u << 20) /* its directory, which libzip keeps in memory: 250 bytes a member */
#define FA_MEMBER_NAME_BYTES_MAX 4096u      /* name of a member: longer ones fit no file system */
#define FA_TABLES_MAX        256u        /* tables of one stream */
#define FA_RULE_TABLES_MAX   4096        /* tables and views that the rulesets of a run declare, with the core's: a view a rule fits */
#define FA_RULE_FILES_MAX    1024u       /* files that rulesets need beyond those given: all law of a country fits */
#define FA_COLUMNS_MAX       256u        /* columns of one table */
#define FA_VALUES_MAX        1024u       /* values of one enum or closed set */
#define FA_IDS_MAX           UINT32_MAX  /* distinct ids of one table */
#define FA_HEAD_BYTES_MAX    (16u << 20) /* head of a stream: 65,536 sources with names of 100 bytes fit */
#define FA_TOTALS_MAX        16384u      /* control totals: tables x money columns x currencies x sides */
#define FA_BLOCK_BYTES_MAX   (1u << 30)  /* one encoded block */
#define FA_LANG_BYTES_MAX    (16u << 20) /* one ruleset, manifest, profile or scheme */
#define FA_JSON_DEPTH_MAX    64u         /* objects and lists in one another: real interfaces nest three or four */
#define FA_JSON_KEYS_MAX     256u        /* different keys of the records: real ones have 30, and each record gets a field for every key */
#define FA_JSON_NAME_BYTES_MAX 1024u     /* a key with those around it: 64 of 16 bytes fit */
#define FA_JSON_VALUES_MAX   (1u << 18)  /* values of one record with those of its list: 6 MiB of places */
#define FA_REPLAY_BYTES_MAX  (8u << 20)  /* of a file that is read twice, in memory; the rest in a temporary file */
#define FA_PROFILE_LIST_MAX  4096u       /* texts of one list of a profile: each costs time for each record */
#define FA_PROFILE_ROWS_MAX  64u         /* row sections of a table: the widest real one has 19 */
#define FA_PROFILE_PARTS_MAX 16u         /* sources of one column */
#define FA_PROFILE_WIDTH_MAX 4096u       /* width N: longer than any id */
#define FA_PROFILE_FACTOR_MAX 1000000000u /* times N: amounts are in units of at most 1,000,000,000 */
#define FA_SCHEME_ACCOUNTS_MAX 4096u     /* accounts that a scheme names: each is compared with all; beyond, roles tell them */
#define FA_SCHEME_SECTIONS_MAX 256u      /* kinds of accounts with terms of their own: a platform has a handful of banks */
#define FA_SCHEME_FEES_MAX   16          /* fees of one account: each is tried for each pair of rows */
#define FA_SCHEME_CUTOFFS_MAX 64         /* changes of a bank's cut-off: one a year */
#define FA_SCHEME_WINDOW_MAX 366u        /* days of a window: a year; what is later was never due */
#define FA_SCHEME_SUBSET_MAX 16u         /* rows that may add up to one: more add up by chance */
#define FA_EXPLAIN_DAYS_MAX  8u          /* periods without a row that an explanation names */
#define FA_EXPLAIN_SHOWN_MAX 20u         /* rows that an explanation names for one number */
#define FA_EXPLAIN_ROWS_MAX  200000u     /* rows that an explanation loads: as values they take 1 to 2 KiB each */
#define FA_LET_DEPTH_MAX     64          /* lets in lets that are looked through for rows before */
#define FA_RULE_SHARES_MAX   4           /* threads that judge rules: each repeats what rules have in common */
#define FA_HOPS_MAX          8           /* hops of a chain: each one more multiplies the search; legal texts and
                                            published cases stop at 5 */
#define FA_HOPS_BUDGET       4096u       /* flows that the search for one chain looks at, unless a rule says so */
#define FA_HOPS_BUDGET_MAX   1000000u    /* and at most: some 10 ms a flow */
#define FA_HOPS_LOG_MAX      (1u << 31)  /* flows within the span of a rule: places among them are 32 bits */
#define FA_IRR_MONTHS_MAX    1200        /* months from the first cash flow to the last: a century */
#define FA_IRR_BITS_MAX      4096u       /* binary places to which a discount is had before a rate is given up */
#define FA_NUMBER_DIGITS_MAX 18          /* digits of a running number: what 64 bits hold */
#define FA_VIEW_AGGS_MAX     64          /* aggregates of a view whose use is told apart; of more, all count as used */
#define FA_VIEW_DEPTH_MAX    3           /* views that rest on one another: each is one more round over what it reads */
#define FA_TOP_MAX           1000u       /* values that top(n, x) adds up: each group keeps that many */
#define FA_WAIVERS_MAX       4096u       /* of a run: each is compared with every finding of its rule */
#define FA_WAIVER_KEYS_MAX   16          /* of a waiver: rules have a handful */
#define FA_EXPR_DEPTH_MAX    200u        /* nesting of one expression: recursion of the parser is bounded by it */
#define FA_XML_DEPTH_MAX     64u         /* elements in elements: camt has 14 */
#define FA_XML_TOKEN_BYTES_MAX (256u << 10) /* one tag, comment or instruction: the parser holds it whole */
#define FA_XML_NAMES_MAX     4096u       /* different names in one document, which the parser keeps: camt has 700 */
#define FA_XML_NAMES_BYTES_MAX (256u << 10) /* all of them together */
#define FA_CAMT_VALUE_BYTES_MAX (64u << 10) /* one value: the longest of the standard has 2,048 characters */
#define FA_CAMT_PASSED_BYTES_MAX 256u    /* one that is repeated in many records: those have 35 characters */
#define FA_CAMT_RECORD_BYTES_MAX (1u << 20) /* all values of one statement, entry or detail */

/* Limits of the run. */
#define FA_RECORD_STORE_BYTES_MAX (4u << 20) /* records of a reader that are kept in memory for other tables */
#define FA_REJECT_RAW_BYTES_MAX 4096u       /* of a rejected record's raw text that is kept */
#define FA_MEMORY_DEFAULT    (512ull << 20) /* --memory: finished blocks kept before the spool file is used */
#define FA_UNLINED_ROWS_MAX  (1u << 19) /* flows that reconcile keeps for accounts without a statement line so
                                            far (some 60 MB); beyond, it first learns which have one */
#define FA_COVERAGE_DAYS_MAX 36600   /* of the covered period, listed day by day; a century, so that a wrong
                                        year in one row does not make millions of rows */
#define FA_COMPONENT_ROWS_MAX 64u           /* flows and lines of like amounts that hang together and are assigned
                                            at the least cost: some 30,000 steps; more are paired one by one. Likewise rows
                                            of one reference with different amounts, the closest first */
#define FA_TRANSPORT_ARCS_MAX (1u << 20)    /* pairs of days among which rows alike are shared out: 1,000 days a
                                            window of 1,000; 4 MiB */
#define FA_TRANSPORT_STEPS_MAX (1ull << 26) /* of that, in one run: about a second; a year of days takes some
                                            thousand steps for each row that its own day does not pair */
#define FA_SUBSET_ROWS_MAX   16u            /* rows that are searched for a sum: with more, chance finds one */
#define FA_SUBSET_STEPS_MAX  (1ull << 27)   /* sums of rows that are looked at in one run, about a second: for one
                                            row mostly some hundreds, at worst 131,072 */
#define FA_THREADS_MAX       64u
#define FA_DIAG_PRINTED_MAX  20u    /* messages of one code that are printed; all are counted */
#define FA_EVIDENCE_DEFAULT  1000u  /* --evidence: rows carried for one finding */
#define FA_EARLIER_MAX       (1u << 22) /* findings of earlier results that a run is compared with: 1 GB */
#define FA_SUBJECT_COLUMNS_BYTES_MAX 4096u /* of them, the names of its keys' columns: 8 keys, some 40 each */
#define FA_PENDING_LISTED_MAX 100000u /* duties not yet due that results list, those due first; all are counted */
#define FA_EARLIER_DAYS      1827   /* a finding that is not made any more is told for five years */
#define FA_EARLIER_MONTHS_MAX 1200  /* of one finding, whose rows are looked for month by month: a century */
#define FA_CHART_ROWS_MAX    1000u  /* rows that a chart draws: more make no picture */
#define FA_SHARED_ROWS_MAX   1000u  /* rows of a statistic that shares its sheet: what stands below stays in sight */
#define FA_ANNOTATIONS_MAX   10u    /* annotations of a kind: GitHub shows no more of a step */
#define FA_JUNIT_LINES_MAX   20u    /* findings told below a case: a person reads no more there */
#define FA_TOLD_CHARACTERS_MAX 500u /* of a message in a terminal, a log or an annotation: some lines */
#define FA_SARIF_PLACES_MAX  100u   /* places of a result: viewers stop at some hundreds; the results have all */
#define FA_LEAD_SHEETS_MAX   64    /* lead sheets of a workbook: more nobody turns over; all rules are on one sheet */
#define FA_SHEET_ROWS_MAX    50000u /* detail rows of one sheet; the rest goes to CSV and NDJSON */

/* Units of time that a duty may take: 100,000 hours are 11 years, and instants stay within 64 bits. */
#define FA_DUTY_SPAN_MAX 100000

#endif
