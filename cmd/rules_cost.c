/*
 * flowaudit-rules cost: what rules may cost before they run, and what they did cost on a ledger; and
 * the budget of flowaudit-rules check.
 */
#include <stdio.h>
#include <string.h>

#include "common/streams.h"
#include "rules.h"
#include "rules/cost.h"
#include "rules/engine.h"

/* What a large platform files for a year, unless --sizes says otherwise. */
static const struct fa_cost_sizes default_sizes = {.rows = 100000000,
                                                   .keys = 1000000,
                                                   .days = 366,
                                                   .held = 1000000,
                                                   .findings = 10000,
                                                   .cited = 1000000,
                                                   .reversals = 100000,
                                                   .text_bytes = 64};

/* --- sizes --- */

static uint64_t *find_size(struct fa_cost_sizes *sizes, struct fa_str name)
{
    const struct {
        const char *name;
        uint64_t *size;
    } all[] = {{"rows", &sizes->rows},         {"keys", &sizes->keys},
               {"days", &sizes->days},         {"held", &sizes->held},
               {"findings", &sizes->findings}, {"cited", &sizes->cited},
               {"reversals", &sizes->reversals},
               {"text", &sizes->text_bytes}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (fa_str_is(name, all[i].name))
            return all[i].size;
    return NULL;
}

static enum fa_status bad_sizes(struct tool_run *run, struct fa_str text)
{
    char quoted[FA_QUOTED_BYTES];
    return fa_error(run->sink, FA_CODE_USAGE, (struct fa_place){0},
                    "write --sizes rows=10M,keys=200k: rows, keys, days, held, findings, cited, reversals, text",
                    "option --sizes cannot be read: %s", fa_quoted(text, quoted));
}

/* A whole number, perhaps of thousands (k), millions (M) or thousand millions (G). */
static bool parse_number(struct fa_str text, uint64_t *number)
{
    uint64_t unit = 1;
    char last = text.size ? text.bytes[text.size - 1] : 0;
    if (last == 'k' || last == 'M' || last == 'G') {
        unit = last == 'k' ? 1000 : last == 'M' ? 1000000 : 1000000000;
        text.size--;
    }
    *number = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (text.bytes[i] < '0' || text.bytes[i] > '9' || *number > UINT64_MAX / 10000000000u)
            return false;
        *number = *number * 10 + (uint64_t)(text.bytes[i] - '0');
    }
    *number *= unit;
    return text.size > 0;
}

static enum fa_status parse_sizes(struct tool_run *run, const char *option,
                                  struct fa_cost_sizes *sizes)
{
    struct fa_str rest = fa_str_from(option);
    *sizes = default_sizes;
    while (rest.size) {
        const char *comma = memchr(rest.bytes, ',', rest.size);
        size_t size = comma ? (size_t)(comma - rest.bytes) : rest.size;
        struct fa_str part = {rest.bytes, size};
        const char *equals = memchr(part.bytes, '=', part.size);
        size_t name_size = equals ? (size_t)(equals - part.bytes) : part.size;
        uint64_t *into = find_size(sizes, (struct fa_str){part.bytes, name_size});
        struct fa_str number = {equals ? equals + 1 : part.bytes,
                                equals ? part.size - name_size - 1 : 0};
        if (!into || !parse_number(number, into))
            return bad_sizes(run, part);
        rest.bytes += size + (comma != NULL);
        rest.size -= size + (comma != NULL);
    }
    return FA_OK;
}

/* --- text --- */

enum { BYTES_TEXT = 32 };

static const char *bytes_text(uint64_t bytes, char text[BYTES_TEXT])
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    size_t unit = 0;
    uint64_t tenths = bytes > UINT64_MAX / 10 ? UINT64_MAX : bytes * 10;
    while (tenths >= 10240 && unit + 1 < sizeof units / sizeof *units) {
        tenths = tenths / 1024 + (tenths % 1024 != 0);
        unit++;
    }
    if (unit)
        snprintf(text, BYTES_TEXT, "%llu.%llu %s", (unsigned long long)(tenths / 10),
                 (unsigned long long)(tenths % 10), units[unit]);
    else
        snprintf(text, BYTES_TEXT, "%llu B", (unsigned long long)bytes);
    return text;
}

/* "1.0 MiB + 56 B a key + 320 B a finding" */
static void print_formula(const struct fa_cost *cost, const struct fa_cost_sizes *sizes)
{
    const char *between = "";
    for (int unit = 0; unit < FA_COST_UNIT_COUNT; unit++) {
        uint64_t each = fa_cost_each(cost, (enum fa_cost_unit)unit, sizes);
        char text[BYTES_TEXT];
        if (!each)
            continue;
        printf("%s%s a %s", between, bytes_text(each, text),
               fa_cost_unit_name((enum fa_cost_unit)unit));
        between = " + ";
    }
}

/* --- costs --- */

/* What a run on a ledger measured. */
struct measured {
    const struct fa_rule *rule;
    struct fa_rule_cost cost;
};

struct measuring {
    FA_VEC(struct measured) list;
    enum fa_status status;
};

static void keep(void *context, const struct fa_rule *rule, const struct fa_rule_cost *cost)
{
    struct measuring *measuring = context;
    if (fa_vec_add(&measuring->list, ((struct measured){rule, *cost})) != FA_OK)
        measuring->status = FA_ELIMIT;
}

static enum fa_status measure(const struct rules_options *options, struct tool_run *run,
                              const struct rulesets *rulesets, struct measuring *measuring)
{
    struct stream_input input;
    struct fa_verdicts verdicts;
    const struct fa_evaluate_options evaluate = {.as_of_day = INT64_MIN,
                                                 .memory_max = options->memory_max,
                                                 .tell_cost = keep,
                                                 .cost_context = measuring,
                                                 .only = fa_str_from(options->only)};
    fa_verdicts_init(&verdicts);
    enum fa_status status = stream_input_open_path(&input, run, options->stream, true);
    if (status == FA_OK)
        status = fa_evaluate(&rulesets->list, input.blocks, &evaluate, run->sink, &verdicts);
    stream_input_close(&input);
    fa_verdicts_release(&verdicts);
    if (status == FA_OK && measuring->status != FA_OK)
        return fa_out_of_memory(run->sink, "what rules cost");
    return status;
}

static const struct fa_rule_cost *find_measured(const struct measuring *measuring,
                                                const struct fa_rule *rule)
{
    for (size_t i = 0; i < measuring->list.count; i++)
        if (measuring->list.items[i].rule == rule)
            return &measuring->list.items[i].cost;
    return NULL;
}

/* With a ledger the bound is that of the sizes that were met. */
static enum fa_status print_cost(struct tool_run *run, const struct fa_rule *rule, struct fa_str name,
                                 const struct fa_cost_sizes *sizes,
                                 const struct measuring *measuring)
{
    const struct fa_rule_cost *measured = find_measured(measuring, rule);
    struct fa_cost_sizes met = *sizes;
    struct fa_cost cost;
    char text[BYTES_TEXT];
    if (measured)
        met = fa_cost_sizes_of(measured, sizes->text_bytes);
    enum fa_status status = fa_cost_of(rule, &cost);
    if (status == FA_OK) {
        printf("  %-20.*s %c  at most %s: ", (int)name.size, name.bytes,
               "ABCD"[cost.class], bytes_text(fa_cost_bytes(&cost, &met), text));
        print_formula(&cost, sizes);
        printf("\n");
    }
    uint64_t tenths = measured && measured->rows ? 10 * measured->ns / measured->rows : 0;
    if (status == FA_OK && measured)
        printf("    measured %llu rows, %llu keys, %llu findings: %llu.%llu ns a row, %s\n",
               (unsigned long long)measured->rows, (unsigned long long)measured->keys,
               (unsigned long long)measured->findings, (unsigned long long)(tenths / 10),
               (unsigned long long)(tenths % 10), bytes_text(measured->peak_bytes, text));
    fa_cost_release(&cost);
    return status == FA_OK ? FA_OK : fa_out_of_memory(run->sink, "what rules cost");
}

/* Each of its parts, the first with the table that all of them make. */
static enum fa_status print_view(struct tool_run *run, const struct fa_view *view,
                                 const struct fa_cost_sizes *sizes,
                                 const struct measuring *measuring)
{
    struct fa_buf name = {0};
    enum fa_status status =
        fa_buf_addf(&name, "%s %.*s", view->is_statistic ? "statistic" : "view",
                    (int)view->name.size, view->name.bytes);
    for (int p = 0; status == FA_OK && p < view->part_count; p++)
        status = print_cost(run, &view->parts[p], fa_buf_str(&name), sizes, measuring);
    fa_buf_release(&name);
    return status == FA_OK ? FA_OK : fa_out_of_memory(run->sink, "what rules cost");
}

static bool is_asked(const struct rules_options *options, const struct fa_rule *rule)
{
    return !options->only || fa_str_is(rule->id, options->only);
}

enum fa_status rules_cost(const struct rules_options *options, struct tool_run *run,
                          const struct rulesets *rulesets)
{
    struct fa_cost_sizes sizes;
    struct measuring measuring = {.status = FA_OK};
    FA_TRY(parse_sizes(run, options->sizes, &sizes));
    enum fa_status status = FA_OK;
    if (options->stream)
        status = measure(options, run, rulesets, &measuring);
    if (status == FA_OK && !options->stream)
        printf("for %llu rows of %llu keys in %llu days, %llu rows looked up, %llu findings of %llu "
               "ranges, texts of %llu bytes\n",
               (unsigned long long)sizes.rows, (unsigned long long)sizes.keys,
               (unsigned long long)sizes.days, (unsigned long long)sizes.held,
               (unsigned long long)sizes.findings, (unsigned long long)sizes.cited,
               (unsigned long long)sizes.text_bytes);
    for (size_t s = 0; s < rulesets->list.rulesets.count; s++) {
        const struct fa_ruleset *ruleset = rulesets->list.rulesets.items[s];
        if (status == FA_OK)
            printf("%.*s\n", (int)ruleset->id.size, ruleset->id.bytes);
        for (int r = 0; status == FA_OK && r < ruleset->rule_count; r++)
            if (is_asked(options, &ruleset->rules[r]))
                status = print_cost(run, &ruleset->rules[r], ruleset->rules[r].id, &sizes, &measuring);
        for (int v = 0; status == FA_OK && !options->only && v < ruleset->view_count; v++)
            status = print_view(run, ruleset->views[v], &sizes, &measuring);
    }
    fa_vec_free(&measuring.list);
    return status;
}

enum fa_status rules_check_budget(const struct rules_options *options, struct tool_run *run,
                                  const struct rulesets *rulesets)
{
    struct fa_cost_sizes sizes;
    FA_TRY(parse_sizes(run, options->sizes, &sizes));
    enum fa_status total = FA_OK;
    for (size_t s = 0; options->budget && s < rulesets->list.rulesets.count; s++)
        for (int r = 0; r < rulesets->list.rulesets.items[s]->rule_count; r++) {
            const struct fa_rule *rule = &rulesets->list.rulesets.items[s]->rules[r];
            const struct fa_place place = {.source = rule->ruleset->file, .line_no = rule->line_no};
            struct fa_cost cost;
            char needs[BYTES_TEXT], allowed[BYTES_TEXT];
            enum fa_status status = fa_cost_of(rule, &cost);
            uint64_t bytes = status == FA_OK ? fa_cost_bytes(&cost, &sizes) : 0;
            fa_cost_release(&cost);
            if (status != FA_OK)
                return fa_out_of_memory(run->sink, "what rules cost");
            if (is_asked(options, rule) && bytes > options->budget)
                total = fa_error(run->sink, FA_CODE_RULE_BUDGET, place,
                                 "flowaudit-rules cost tells of what; --sizes says how much there is",
                                 "%.*s: could need %s, more than the budget of %s",
                                 (int)rule->id.size, rule->id.bytes, bytes_text(bytes, needs),
                                 bytes_text(options->budget, allowed));
        }
    return total;
}
