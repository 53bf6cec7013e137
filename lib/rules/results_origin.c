/*
 * What the results were made from: the options of every step, and each text it read, by hash. The
 * head carries them from step to step; the tables show them to who reads results.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "rules/flagging.h"

static const char own_name[] = "flag";

/* --- into the head --- */

static enum fa_status add_options(const struct fa_flag_options *options, struct fa_head *head)
{
    char text[FA_TIME_TEXT_BYTES];
    if (options->evaluate.as_of_day != INT64_MIN) {
        size_t size = fa_date_format(options->evaluate.as_of_day, text);
        FA_TRY(fa_head_add_option(head, own_name, "as-of", (struct fa_str){text, size}));
    }
    if (options->evaluate.only.size)
        FA_TRY(fa_head_add_option(head, own_name, "only", options->evaluate.only));
    if (options->evidence_max != FA_EVIDENCE_DEFAULT) {
        snprintf(text, sizeof text, "%" PRIu32, options->evidence_max);
        FA_TRY(fa_head_add_option(head, own_name, "evidence", fa_str_from(text)));
    }
    for (size_t i = 0; i < options->option_count; i++) {
        char name[32];
        snprintf(name, sizeof name, "%.*s", (int)options->options[i].name.size,
                 options->options[i].name.bytes);
        FA_TRY(fa_head_add_option(head, own_name, name, options->options[i].value));
    }
    return FA_OK;
}

/* Also rulesets and sets that did not apply: they were asked. */
enum fa_status fa_flagging_add_origin(struct fa_flagging *flagging)
{
    const struct fa_flag_options *options = flagging->options;
    const struct fa_ruleset_list *list = flagging->rulesets;
    struct fa_head *head = &flagging->out->head;
    FA_TRY(add_options(options, head));
    for (size_t i = 0; i < list->rulesets.count; i++)
        FA_TRY(fa_head_add_text(head, own_name, FA_INPUT_RULESET, list->rulesets.items[i]->id,
                                list->rulesets.items[i]->text));
    for (size_t i = 0; i < list->sets.count; i++)
        FA_TRY(fa_head_add_text(head, own_name, FA_INPUT_SET, list->sets.items[i].id,
                                list->sets.items[i].text));
    for (size_t i = 0; options->waivers && i < options->waivers->files.count; i++) {
        const struct fa_waiver_file *file = &options->waivers->files.items[i];
        struct fa_input_info input = {.tool = fa_str_from(own_name),
                                      .role = FA_INPUT_WAIVERS,
                                      .name = file->name,
                                      .size_bytes = file->size_bytes};
        memcpy(input.sha256, file->sha256, sizeof input.sha256);
        FA_TRY(fa_head_add_option(head, own_name, "waivers", file->name));
        FA_TRY(fa_head_add_input(head, &input));
    }
    for (size_t i = 0; i < options->input_count; i++)
        FA_TRY(fa_head_add_input(head, &options->inputs[i]));
    return options->baseline ? fa_head_add_input(head, &options->baseline->file) : FA_OK;
}

/* --- from the head into the tables --- */

static enum fa_status write_option(struct fa_flagging *flagging, struct fa_str stage,
                                   struct fa_str name, struct fa_str value)
{
    struct fa_sheet *sheet = &flagging->sheets[FA_SHEET_OPTION];
    FA_TRY(fa_flagging_set_text(sheet, "stage", stage));
    FA_TRY(fa_flagging_set_text(sheet, "name", name));
    FA_TRY(fa_flagging_set_text(sheet, "value", value));
    return fa_builder_end_row(sheet->builder);
}

static enum fa_status write_input(struct fa_flagging *flagging, const struct fa_input_info *input)
{
    struct fa_sheet *sheet = &flagging->sheets[FA_SHEET_INPUT];
    char hex[FA_SHA256_HEX_BYTES];
    fa_sha256_hex(input->sha256, hex);
    fa_flagging_set(sheet, "role", input->role);
    FA_TRY(fa_flagging_set_text(sheet, "stage", input->tool));
    FA_TRY(fa_flagging_set_text(sheet, "name", input->name));
    FA_TRY(fa_flagging_set_text(sheet, "sha256", fa_str_from(hex)));
    fa_flagging_set(sheet, "bytes", (int64_t)input->size_bytes);
    return fa_builder_end_row(sheet->builder);
}

static enum fa_status write_source(struct fa_flagging *flagging,
                                   const struct fa_source_info *source)
{
    struct fa_input_info input = {.tool = FA_STR("ingest"),
                                  .role = FA_INPUT_SOURCE,
                                  .name = source->name,
                                  .size_bytes = source->size_bytes};
    memcpy(input.sha256, source->sha256, sizeof input.sha256);
    return write_input(flagging, &input);
}

enum fa_status fa_flagging_write_origin(struct fa_flagging *flagging)
{
    const struct fa_head *head = &flagging->out->head;
    for (size_t i = 0; i < head->steps.count; i++) {
        struct fa_str tool = head->steps.items[i].tool;
        FA_TRY(write_option(flagging, tool, FA_STR("version"), head->steps.items[i].version));
        for (size_t k = 0; k < head->options.count; k++)
            if (fa_str_equal(head->options.items[k].tool, tool))
                FA_TRY(write_option(flagging, tool, head->options.items[k].name,
                                    head->options.items[k].value));
    }
    for (size_t i = 0; i < head->sources.count; i++)
        FA_TRY(write_source(flagging, &head->sources.items[i]));
    for (size_t i = 0; i < head->inputs.count; i++)
        FA_TRY(write_input(flagging, &head->inputs.items[i]));
    return FA_OK;
}
