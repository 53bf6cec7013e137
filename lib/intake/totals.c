/*
 * Control totals: what the manifest states of each file, and what headings and footers of files
 * state of themselves. All must agree, or the filing is refused.
 */
#include "intake/pattern.h"
#include "intake/run.h"

/* --- what the manifest states --- */

static enum fa_status check_rows(struct fa_run *run, const struct fa_file_run *file)
{
    /* without a table: those of all tables of the profile */
    bool has_table = file->stated->table != FA_NO_TABLE;
    uint64_t accepted = file->accepted + (has_table ? 0 : file->other);
    uint64_t found = accepted + file->rejected;
    char quoted[FA_QUOTED_BYTES];
    if (!file->stated->has_rows || file->stated->rows == found)
        return FA_OK;
    return fa_error(
        run->sink, FA_CODE_TOTAL_MISMATCH, file->stated->place, NULL,
        "file %s: the manifest states %llu rows, found %llu (%llu %s, %llu rejected)",
        fa_quoted(file->file->name, quoted), (unsigned long long)file->stated->rows,
        (unsigned long long)found, (unsigned long long)accepted,
        has_table ? "accepted" : "of all tables", (unsigned long long)file->rejected);
}

static enum fa_status check_sha256(struct fa_run *run, const struct fa_file_run *file)
{
    char hex[FA_SHA256_HEX_BYTES], quoted[FA_QUOTED_BYTES];
    fa_sha256_hex(file->sha256, hex);
    if (file->stated->sha256.size == 0 || fa_str_is(file->stated->sha256, hex))
        return FA_OK;
    return fa_error(run->sink, FA_CODE_TOTAL_MISMATCH, file->stated->place, NULL,
                    "file %s: the manifest states the SHA-256 %.*s, found %s",
                    fa_quoted(file->file->name, quoted), (int)file->stated->sha256.size,
                    file->stated->sha256.bytes, hex);
}

static enum fa_status check_sum(struct fa_run *run, const struct fa_file_run *file,
                                const struct fa_manifest_sum *stated)
{
    const struct fa_column_def *def = &file->plan.table->columns[stated->column];
    char name[FA_QUOTED_BYTES], column[FA_QUOTED_BYTES], code[4] = "";
    int sum_idx = 0;
    while (file->plan.sum_columns[sum_idx] != stated->column)
        sum_idx++;
    fa_quoted(file->file->name, name);
    fa_quoted(def->name, column);
    fa_i128 found = 0, wanted;
    fa_currency currency = stated->currency;
    for (size_t i = 0; i < file->sums.count; i++) {
        const struct fa_money_sum *sum = &file->sums.items[i];
        if (sum->sum_idx != sum_idx ||
            (stated->currency != 0 && sum->currency != stated->currency))
            continue;
        if (currency != 0 && sum->currency != currency)
            return fa_error(run->sink, FA_CODE_TOTAL_MISMATCH, stated->place,
                            "state a sum for each currency, as sum amount CNY = 12.50",
                            "file %s: column %s has several currencies, and the sum names none",
                            name, column);
        currency = sum->currency;
        found += sum->sum;
    }
    if (currency == 0)
        currency = run->manifest.currency;
    int scale = currency ? fa_row_scale(&run->env, currency) : 0;
    uint64_t unreadable = file->unreadable.count ? file->unreadable.items[sum_idx] : 0;
    if (fa_number_scaled(stated->amount, scale, &wanted) && wanted == found && unreadable == 0)
        return FA_OK;
    char text[FA_MONEY_TEXT_BYTES];
    fa_money_format(found, scale, text);
    if (currency)
        fa_currency_format(currency, code);
    if (unreadable > 0) {
        fa_warn(
            run->sink, FA_CODE_TOTAL_UNCONFIRMED, stated->place, NULL,
            "file %s: the sum of %s cannot be confirmed: %llu amount%s unreadable, the others "
            "make %s, stated is %.*s",
            name, column, (unsigned long long)unreadable, unreadable == 1 ? " is" : "s are",
            text, (int)stated->amount.size, stated->amount.bytes);
        return FA_OK;
    }
    return fa_error(run->sink, FA_CODE_TOTAL_MISMATCH, stated->place, NULL,
                    "file %s: the manifest states the sum %.*s of column %s, found %s%s%s",
                    name, (int)stated->amount.size, stated->amount.bytes, column, text,
                    currency ? " " : "", code);
}

/* --- what files state themselves --- */

/* Two decimals at least, and as many as there are. */
static void format_sum(fa_i128 sum, char text[FA_MONEY_TEXT_BYTES])
{
    size_t size = fa_money_format(sum, FA_MONEY_SCALE_MAX, text);
    size_t shortest = size - FA_MONEY_SCALE_MAX + 2;
    while (size > shortest && text[size - 1] == '0')
        text[--size] = 0;
}

/* Whether what one record states is what was found. */
static enum fa_status check_statement(struct fa_run *run, const struct fa_map_total *total,
                                      const struct fa_total_sum *found, struct fa_place place,
                                      struct fa_str stated)
{
    char quoted[FA_QUOTED_BYTES], header[FA_QUOTED_BYTES], has[FA_MONEY_TEXT_BYTES];
    struct fa_number number;
    fa_i128 wanted = 0;
    bool is_sum = total->field_idx != FA_NO_FIELD;
    fa_i128 sum = is_sum ? found->sum : found->count;
    stated = fa_str_trim(stated);
    if (fa_number_read(&total->number, stated, &number) != FA_VALUE_OK ||
        !fa_number_scaled((struct fa_str){number.text, number.size},
                          is_sum ? FA_MONEY_SCALE_MAX : 0, &wanted))
        return fa_error(run->sink, FA_CODE_TOTAL_MISMATCH, place, NULL,
                        "the total that the file states is no number: %s",
                        fa_quoted_careful(stated, FA_WORD_DIGITS_MAX, quoted));
    fa_quoted_careful(stated, FA_TOTAL_DIGITS_MAX, quoted);
    fa_quoted(total->stated->header, header);
    if (is_sum)
        format_sum(sum, has);
    else
        fa_money_format(sum, 0, has);
    if (found->unreadable > 0) {
        fa_warn(run->sink, FA_CODE_TOTAL_UNCONFIRMED, place, NULL,
                "the total that the file states here, %s, cannot be confirmed: %llu record%s "
                "unreadable, the others make %s",
                quoted, (unsigned long long)found->unreadable,
                found->unreadable == 1 ? " is" : "s are", has);
        return FA_OK;
    }
    if (wanted == sum)
        return FA_OK;
    return is_sum ? fa_error(run->sink, FA_CODE_TOTAL_MISMATCH, place, NULL,
                             "the file states %s here as the sum of %s, its records make %s",
                             quoted, header, has)
                  : fa_error(run->sink, FA_CODE_TOTAL_MISMATCH, place, NULL,
                             "the file states %s records here, it has %s", quoted, has);
}

/* Every heading and footer record that states the total must agree: of two that differ, one is
 * of another file. The first that does not is told. */
static enum fa_status check_stated(struct fa_run *run, const struct fa_file_run *file,
                                   const struct fa_map_total *total,
                                   const struct fa_total_sum *found)
{
    char quoted[FA_QUOTED_BYTES];
    struct fa_place place = {.source = file->file->name};
    bool is_stated = false;
    for (size_t i = 0; i < file->header.heading_count + file->footers.count; i++) {
        const struct fa_heading *record =
            i < file->header.heading_count
                ? &file->header.headings[i]
                : &file->footers.items[i - file->header.heading_count];
        struct fa_str stated;
        if (!fa_pattern_match(total->stated->pattern, record->text, &stated))
            continue;
        is_stated = true;
        place.line_no = record->line_no;
        FA_TRY(check_statement(run, total, found, place, stated));
    }
    return is_stated ? FA_OK
                     : fa_error(run->sink, FA_CODE_TOTAL_ABSENT, place,
                                "perhaps the file is cut, or belongs to another profile",
                                "no heading and no footer record is like %s, which states a total",
                                fa_quoted(total->stated->pattern, quoted));
}

static enum fa_status check_file(struct fa_run *run, const struct fa_file_run *file)
{
    static const struct fa_total_sum nothing = {0};
    const struct fa_map *map = file->plan.map;
    enum fa_status status = FA_OK;
    for (int i = 0; map && i < map->total_count; i++) {
        enum fa_status found =
            check_stated(run, file, &map->totals[i],
                         (size_t)i < file->totals.count ? &file->totals.items[i] : &nothing);
        status = status == FA_OK ? found : status;
    }
    return status;
}

/* All that differ are told; the first decides the status. */
enum fa_status fa_run_check_totals(struct fa_run *run)
{
    enum fa_status status = FA_OK;
    for (size_t i = 0; i < run->files.count; i++) {
        const struct fa_file_run *file = &run->files.items[i];
        enum fa_status found = check_file(run, file);
        status = status == FA_OK ? found : status;
        if (!file->stated || (file->stated->table == FA_NO_TABLE && !file->is_lead))
            continue;
        found = check_rows(run, file);
        status = status == FA_OK ? found : status;
        for (size_t k = 0; k < file->stated->sums.count; k++) {
            found = check_sum(run, file, &file->stated->sums.items[k]);
            status = status == FA_OK ? found : status;
        }
        /* A file whose rows or sums differ has another digest, too: one cause, one message. */
        found = status == FA_OK ? check_sha256(run, file) : FA_OK;
        status = status == FA_OK ? found : status;
    }
    return status;
}
