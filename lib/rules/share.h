/*
 * Shares of an evaluation: the rules and views of a run are divided among threads, each of which
 * judges its own with a program, stages, meter and memory of its own on the blocks and held tables
 * that all read. A view and all that read it are of one share, so that shares have nothing in common
 * that changes while they work; and what a rule finds does not depend on which others are judged
 * beside it, so the results are the same for any number of shares.
 *
 * Shares take a block (or a round's end, ...) at a time and wait for one another (fa_shares_do).
 */
#ifndef FA_RULES_SHARE_H
#define FA_RULES_SHARE_H

#include "base/worker.h"
#include "rules/engine.h"
#include "rules/judge.h"

struct fa_evaluation;

/* A table of the head as its blocks come. */
struct fa_feed {
    struct fa_decoder *decoder; /* NULL: nothing of it is asked for */
    bool is_judged;             /* rules look at its rows */
};

struct fa_share {
    struct fa_run run;
    struct fa_evaluation *evaluation;
    struct fa_judge *judges; /* of rules, then of the parts of views */
    int judge_count;
    struct fa_feed *feeds;  /* a table of the head each */
    uint8_t **given;        /* by table and column: some row that was looked at has a value */
    uint64_t *row_counts;   /* by table */
    FA_VEC(const struct fa_stage *) effective; /* stages, one for each source of reversals */
    bool is_in_front; /* held tables are looked at before the streamed ones */
    /* work beside others */
    struct fa_worker *worker; /* NULL: whoever gives the work does it */
    enum fa_status (*job)(struct fa_share *share);
    const struct fa_block *block; /* for the job */
    struct fa_sink sink;          /* what it says while others work is kept until all are done */
    FA_VEC(struct fa_diag) said;
    struct fa_arena said_texts;
};

/* A judge and whose it is. */
struct fa_shared_judge {
    struct fa_share *share;
    struct fa_judge *judge;
};

struct fa_evaluation {
    const struct fa_ruleset_list *rulesets;
    struct fa_blocks *blocks;
    const struct fa_evaluate_options *options;
    struct fa_verdicts *verdicts;
    struct fa_sink *sink;
    struct fa_head head; /* the stream's, with a table for each view behind its own */
    int stream_table_count;
    struct fa_view_rows **views; /* by table, from STREAM_TABLE_COUNT on */
    struct fa_held *held;
    bool *is_held;           /* by table: its rows are in memory when they are judged */
    int round, round_count;  /* each reads the views that those before it made */
    bool is_citing;          /* the second pass */
    struct fa_share *shares;
    int share_count;
    struct fa_shared_judge *judges; /* of all shares, as rules and parts of views stand */
    int judge_count;
};

/* --- divide.c --- */
/* Says of each rule that is tested (by number) and of each view whose share it is. */
enum fa_status fa_shares_divide(struct fa_evaluation *evaluation, int *of_rules, int *of_views) FA_MUST_USE;

/* --- share_plan.c --- */
/* Compiles the rules, each for its share, and asks for the tables and columns that they read. */
enum fa_status fa_shares_plan(struct fa_evaluation *evaluation) FA_MUST_USE;
/* Whether the filing's tables that such a definition stands for come block by block. */
bool fa_is_streamed(const struct fa_table_def *table);

/* --- share.c --- */
void fa_share_init(struct fa_share *share, struct fa_evaluation *evaluation, struct fa_arena *arena);
void fa_share_release(struct fa_share *share);
/* Each share does the job, beside one another. The first that fails says why. */
enum fa_status fa_shares_do(struct fa_evaluation *evaluation, enum fa_status (*job)(struct fa_share *),
                            const struct fa_block *block) FA_MUST_USE;
/* Jobs: */
enum fa_status fa_share_collect_reversed(struct fa_share *share) FA_MUST_USE; /* of the block */
enum fa_status fa_share_begin(struct fa_share *share) FA_MUST_USE;       /* held tables are there */
enum fa_status fa_share_begin_round(struct fa_share *share) FA_MUST_USE;
enum fa_status fa_share_judge_block(struct fa_share *share) FA_MUST_USE;
enum fa_status fa_share_end_round(struct fa_share *share) FA_MUST_USE;   /* all blocks have come */
enum fa_status fa_share_cite_end(struct fa_share *share) FA_MUST_USE;    /* the same, of the second pass */
/* Whether rows that it looks at in this round come with the stream. */
bool fa_share_reads_stream(const struct fa_share *share);

/* --- shared_verdicts.c --- */
enum fa_status fa_shares_publish(struct fa_evaluation *evaluation) FA_MUST_USE;
void fa_shares_tell_costs(struct fa_evaluation *evaluation);

#endif
