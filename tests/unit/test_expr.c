#include "lang/expr.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

static struct fa_arena arena;
static struct fa_sink sink;
static char message[1024];

static void collect(void *context, const struct fa_diag *diag)
{
    (void)context;
    snprintf(message, sizeof message, "%d:%d %s", (int)diag->line_no, (int)diag->column_no,
             diag->text.bytes);
}

static void setup(void)
{
    fa_arena_init(&arena);
    fa_sink_init(&sink, collect, NULL);
    message[0] = '\0';
}

static void teardown(void)
{
    fa_arena_release(&arena);
}

/* The tree with every bracket written. */
static void show(const struct fa_node *node, struct fa_buf *buf)
{
    static const char *const kinds[] = {
        [FA_NODE_MEMBER] = ".", [FA_NODE_CALL] = "call ", [FA_NODE_PREFIX] = "",
        [FA_NODE_BINARY] = "",  [FA_NODE_BETWEEN] = "",   [FA_NODE_IN] = "",
        [FA_NODE_MISSING] = "", [FA_NODE_CASE] = "",      [FA_NODE_IF] = "",
        [FA_NODE_TO] = "",      [FA_NODE_AT] = "",
    };
    if (node->arg_count == 0 && node->kind != FA_NODE_CALL) {
        ck_assert_int_eq(fa_buf_addf(buf, "%.*s%s", (int)node->token.text.size,
                                     node->token.text.bytes,
                                     fa_suffix_name(node->token.suffix)),
                         FA_OK);
        return;
    }
    ck_assert_int_eq(fa_buf_addf(buf, "(%s%s%.*s", node->is_negated ? "!" : "",
                                 kinds[node->kind], (int)node->token.text.size,
                                 node->token.text.bytes),
                     FA_OK);
    for (int i = 0; i < node->arg_count; i++) {
        ck_assert_int_eq(fa_buf_add_char(buf, ' '), FA_OK);
        show(node->args[i], buf);
    }
    ck_assert_int_eq(fa_buf_add_char(buf, ')'), FA_OK);
}

static enum fa_status parse(const char *text, const struct fa_node **node)
{
    struct fa_lexer lexer;
    enum fa_status status =
        fa_lexer_init(&lexer, fa_str_from(text), FA_STR("t"), &arena, &sink);
    if (status == FA_OK)
        status = fa_expr_parse(&lexer, node);
    return status == FA_OK ? fa_lex_expect_statement_end(&lexer) : status;
}

START_TEST(trees)
{
    static const struct {
        const char *text, *tree;
    } cases[] = {
        {"owed > natural_cap", "(> owed natural_cap)"},
        {"a or b and not c = d", "(or a (and b (not (= c d))))"},
        {"a - b - c * d", "(- (- a b) (* c d))"},
        {"(a - b) * c", "(* (- a b) c)"},
        {"-a + 3/7", "(+ (- a) (/ 3 7))"},
        {"a + b else 0 > 95%", "(> (else (+ a b) 0) 95%)"},
        {"kind in {disburse, repay_principal} and contract.borrower.kind = natural",
         "(and (in kind disburse repay_principal) (= (.kind (.borrower contract)) natural))"},
        {"a not in {1, 2}", "(!in a 1 2)"},
        {"a between 1 and 2 and b", "(and (between a 1 2) b)"},
        {"a is missing or b.c is given", "(or (is a) (!is (.c b)))"},
        {"scope has pay and memo starts with \"x\" and memo contains \"y\"",
         "(and (and (has scope pay) (starts memo x)) (contains memo y))"},
        {"opening sum(contract.opening_owed)\n + sum(amount if kind = disburse)\n - count(if "
         "a)",
         "(- (+ (opening (call sum (.opening_owed contract))) (call sum (if amount (= kind "
         "disburse)))) "
         "(call count (if a)))"},
        {"round(x to 0.01, half even)", "(call round (to x 0.01) half even)"},
        {"round(x to 0.01, down)", "(call round (to x 0.01) down)"},
        {"natural_cap at contract.signed_at > 1",
         "(> (at natural_cap (.signed_at contract)) 1)"},
        {"rate(series = lpr) at signed.value",
         "(.value (at (call rate (= series lpr)) signed))"},
        {"rate(series = lpr) at (contract.signed_at).value",
         "(.value (at (call rate (= series lpr)) (.signed_at contract)))"},
        {"any listed(value = x).kind = party",
         "(= (any (.kind (call listed (= value x)))) party)"},
        {"not has listed(list = bank)", "(not (has (call listed (= list bank))))"},
        {"case(a > 1 then b, c then d, else e)", "(case (> a 1) b c d e)"},
        {"date + 5bd >= 2016-08-24", "(>= (+ date 5bd) 2016-08-24)"},
        {"count()", "(call count)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct fa_node *node = NULL;
        struct fa_buf buf;
        fa_buf_init(&buf);
        ck_assert_int_eq(parse(cases[i].text, &node), FA_OK);
        show(node, &buf);
        ck_assert_str_eq(fa_buf_cstr(&buf), cases[i].tree);
        ck_assert(fa_str_equal(node->text, fa_str_from(cases[i].text)));
        fa_buf_release(&buf);
    }
}
END_TEST

START_TEST(mistakes)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"", "1:1 expected a value, found the end of the file"},
        {"a >", "1:4 expected a value, found the end of the line"},
        {"a < b < c", "1:7 expected the end of the line, found '<'"},
        {"a and and b", "1:7 expected a value, found 'and'"},
        {"f(a", "1:4 expected ',' or ')', found the end of the file"},
        {"a in {}", "1:3 expected a value in the list, found an empty list"},
        {"a in {b", "1:8 expected ',' or '}', found the end of the file"},
        {"a in b", "1:6 expected '{', found 'b'"},
        {"a is b", "1:6 expected 'missing' or 'given', found 'b'"},
        {"a.1", "1:3 expected a column name, found '1'"},
        {"case(a then b)", "1:14 expected ',', found ')'"},
        {"memo starts \"x\"", "1:13 expected 'with', found '\"x\"'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct fa_node *node = NULL;
        ck_assert_int_eq(parse(cases[i].text, &node), FA_ERULES);
        ck_assert_str_eq(message, cases[i].message);
    }
}
END_TEST

/* Brackets, prefixes and chains are all bounded, whatever makes the tree deep. */
START_TEST(depth)
{
    static const char *const parts[] = {"(", "not ", "a + ", "f(", "a."};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct fa_buf buf;
        fa_buf_init(&buf);
        enum fa_status status = FA_OK;
        for (int n = 0; status == FA_OK && n < 20000; n++)
            status = fa_buf_add_text(&buf, parts[i]);
        ck_assert_int_eq(status, FA_OK);
        ck_assert_int_eq(fa_buf_add_text(&buf, "a"), FA_OK);
        const struct fa_node *node = NULL;
        ck_assert_int_eq(parse(fa_buf_cstr(&buf), &node), FA_ERULES);
        ck_assert_uint_eq(sink.counts[FA_CODE_LANG_DEPTH], i + 1);
        fa_buf_release(&buf);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("expr");
    TCase *tcase = tcase_create("expr");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, trees);
    tcase_add_test(tcase, mistakes);
    tcase_add_test(tcase, depth);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
