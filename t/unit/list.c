
#include "tap.h"

#include "../../module/text/export_list.c"

#include "pool.h"


#define RANDOM  20000
#define LONG    0x10000


typedef struct {
    const char  *line;
    const char  *items;         /* each in "<>" */
} list_t;


typedef struct {
    const char  *line;
    unsigned     open;
    const char  *items;
} token_t;


typedef struct {
    const char  *text;
    const char  *decoded;
} decode_t;


static const list_t  lists[] = {
    { "", "" },
    { "a", "<a>" },
    { "a,b", "<a><b>" },
    { " a , b\t", "<a><b>" },
    { ",a,,b,", "<a><b>" },
    { ",", "" },
    { " , ,\t, ", "" },
    { "a b, c", "<a b><c>" },
    { "a;p=1,b", "<a;p=1><b>" },
    { "\"a,b\"", "<\"a><b\">" },
    { "1.2.3.4, 5.6.7.8", "<1.2.3.4><5.6.7.8>" },
    { "a\r\n,b", "<a\r\n><b>" },
};


static const token_t  tokens[] = {
    { "", 0, "" },
    { "a", 0, "<a>" },
    { "a, b ,c", 0, "<a><b><c>" },
    { ",,a,", 0, "<a>" },
    { "a;p=1, b ; q", 0, "<a><b>" },
    { ";a, b", 0, "<b>" },
    { "\"a\"", 0, "<a>" },
    { " \"a\" , b", 0, "<a><b>" },
    { "\" a \"", 0, "<a>" },
    { "\"\"", 0, "" },
    { "\"\", a", 0, "<a>" },
    { "\"a, b\"", 0, "<a, b>" },
    { "\"a;b\"", 0, "<a;b>" },
    { "\"a\\\"b\"", 0, "<a\\\"b>" },
    { "\"a\\\\\", b", 0, "<a\\\\><b>" },
    { "a;p=\"x, y\", b", 0, "<a><b>" },
    { "a;p= \"x, y\", b", 0, "<a><b>" },
    { "a;p=\"x;y\";q=\"z,\", b", 0, "<a><b>" },
    { "a=\"x, y\", b", 0, "<a=\"x, y\"><b>" },
    { "\"a\";p=1", 0, "<a>" },

    /* nothing hides behind a quote */

    { "\"", 1, "<\">" },
    { "\"a, b", 1, "<\"a><b>" },
    { "a, \"b, c", 1, "<a><\"b><c>" },
    { "\"a\\\", b", 1, "<a\\><b>" },
    { "\"a\\", 1, "<\"a\\>" },
    { "a;p=\"x, b", 1, "<a><b>" },
    { "\"a, b, \"c\", d", 1, "<a, b, \"c><d>" },
    { "x\", a, \"y", 1, "<x\"><a><\"y>" },
    { "x\", \"a\", y\"", 1, "<x\"><a><y\">" },
    { "\"x\"\", a, \"", 1, "<x\"><a><\">" },
    { "x \", a, \"", 1, "<x \"><a><\">" },
    { "x;\", a, \"", 1, "<x><a><\">" },
};


static const list_t  args[] = {
    { "", "" },
    { "a=1", "<a><1>" },
    { "a=1&b=2", "<a><1><b><2>" },
    { "a", "<a><>" },
    { "a=", "<a><>" },
    { "=1", "<><1>" },
    { "=", "<><>" },
    { "&&a=1&", "<a><1>" },
    { "&", "" },
    { "a=b=c", "<a><b=c>" },
    { "a;b=1", "<a;b><1>" },
    { "a=1&a=2", "<a><1><a><2>" },
    { "a%3D1=2", "<a%3D1><2>" },
    { "a=1?b=2", "<a><1?b=2>" },
};


static const decode_t  decoded[] = {
    { "", "" },
    { "abc", "abc" },
    { "a+b", "a b" },
    { "a%20b", "a b" },
    { "%41%4a%4A", "AJJ" },
    { "%2525", "%25" },
    { "%2B", "+" },
    { "%", "%" },
    { "%4", "%4" },
    { "%zz", "%zz" },
    { "%4z", "%4z" },
    { "%%41", "%A" },
    { "a%", "a%" },
    { "%ff", "\xff" },
    { "%u0041", "%u0041" },
};


static char *
note(char *p, const export_str_t *s)
{
    return p + sprintf(p, "<%.*s>", (int) s->len, s->data);
}


static void
test_next(void)
{
    char          got[256], *p;
    size_t        i, len;
    u_char       *data;
    export_str_t  rest, item;

    for (i = 0; i < sizeof(lists) / sizeof(list_t); i++) {
        len = strlen(lists[i].line);
        data = guard_copy(lists[i].line, len);
        rest.len = len;
        rest.data = data;
        p = got;
        *p = '\0';

        while (export_list_next(&rest, &item) == EXPORT_OK) {
            p = note(p, &item);
        }

        ok(strcmp(got, lists[i].items) == 0, "list %zu", i);
        is_int(export_list_next(&rest, &item), EXPORT_DONE, "... the end");
        guard_free(data, len);
    }
}


static void
test_token(void)
{
    char          got[256], *p;
    size_t        i, len;
    u_char       *data;
    unsigned      open;
    export_str_t  rest, item;

    for (i = 0; i < sizeof(tokens) / sizeof(token_t); i++) {
        len = strlen(tokens[i].line);
        data = guard_copy(tokens[i].line, len);
        rest.len = len;
        rest.data = data;
        open = 0;
        p = got;
        *p = '\0';

        while (export_list_next_token(&rest, &item, &open) == EXPORT_OK) {
            p = note(p, &item);
        }

        ok(strcmp(got, tokens[i].items) == 0, "tokens of %s: %s",
           tokens[i].line, got);
        is_int(open, tokens[i].open, "... open");
        is_int(export_list_next_token(&rest, &item, &open), EXPORT_DONE,
               "... the end");
        guard_free(data, len);
    }
}


static void
test_arg(void)
{
    char          got[256], *p;
    size_t        i, len;
    u_char       *data;
    export_str_t  rest, name, value;

    for (i = 0; i < sizeof(args) / sizeof(list_t); i++) {
        len = strlen(args[i].line);
        data = guard_copy(args[i].line, len);
        rest.len = len;
        rest.data = data;
        p = got;
        *p = '\0';

        while (export_list_next_arg(&rest, &name, &value) == EXPORT_OK) {
            p = note(note(p, &name), &value);
        }

        ok(strcmp(got, args[i].items) == 0, "arguments %s: %s", args[i].line,
           got);
        guard_free(data, len);
    }
}


static void
test_decode(void)
{
    size_t        i, len;
    u_char       *buf;
    export_str_t  s, text;

    for (i = 0; i < sizeof(decoded) / sizeof(decode_t); i++) {
        len = strlen(decoded[i].text);
        text.len = len;
        text.data = guard_copy(decoded[i].text, len);
        buf = guard_copy(decoded[i].text, len);

        s = export_list_decode(&text, buf);

        ok(s.len == strlen(decoded[i].decoded)
           && memcmp(s.data, decoded[i].decoded, s.len) == 0,
           "\"%s\" is decoded once", decoded[i].text);

        guard_free(text.data, len);
        guard_free(buf, len);
    }
}


/*
 * A word between commas is always seen, unless a quoted string that is closed
 * holds it; without quotes both readings of a list are the same.
 */

static void
test_random(void)
{
    char          line[64];
    u_char       *data;
    size_t        len, seen, size;
    unsigned      i, k, n, open, quotes, hidden, other, wrong;
    export_str_t  rest, item, rest2, item2;
    static char   bytes[] = ",,,;= \t\"\"\\\\abc";

    hidden = other = wrong = 0;

    for (i = 0; i < RANDOM; i++) {
        n = draw(20);
        quotes = 0;

        for (k = 0; k < n; k++) {
            line[k] = bytes[draw(sizeof(bytes) - 1)];
            quotes += line[k] == '"';
        }

        len = n + (size_t) sprintf(line + n, ",w,");

        for (k = draw(12); k > 0; k--) {
            line[len++] = bytes[draw(sizeof(bytes) - 1)];
            quotes += line[len - 1] == '"';
        }

        data = guard_copy(line, len);
        rest.len = len;
        rest.data = data;
        rest2 = rest;
        open = 0;
        seen = size = 0;

        while (export_list_next_token(&rest, &item, &open) == EXPORT_OK) {
            seen += item.len == 1 && item.data[0] == 'w';
            size += item.len;

            wrong += item.len == 0 || item.data < data
                     || item.data + item.len > data + len
                     || item.data[0] == ' ' || item.data[0] == '\t'
                     || rest.len > len - size;

            if (quotes || memchr(line, ';', len)) {
                continue;
            }

            other += export_list_next(&rest2, &item2) != EXPORT_OK
                     || item.len != item2.len || item.data != item2.data;
        }

        /* one quote cannot be closed, and so hides nothing */

        hidden += seen == 0 && quotes < 2;
        guard_free(data, len);
    }

    is_int(wrong, 0, "%d random lines, every item is a part of its line",
           RANDOM);
    is_int(hidden, 0, "... nothing hides behind a quote");
    is_int(other, 0, "... the same list without quotes and parameters");
}


static void
test_linear(void)
{
    size_t              i, k, n;
    double              begin, spent;
    u_char             *line;
    unsigned            open;
    export_str_t        rest, item;
    static const char  *units[] = {
        "\"", "\"a", ",\"", "a,", "\\", "\"\\", ";", ";a=\"", "\",", ",", " ",
        "\"\",", "=\"", "a=\"x\",",
    };

    line = malloc(LONG);

    for (i = 0; i < sizeof(units) / sizeof(char *); i++) {
        n = strlen(units[i]);

        for (k = 0; k < LONG; k++) {
            line[k] = (u_char) units[i][k % n];
        }

        rest.data = line;
        rest.len = LONG;
        open = 0;
        begin = clock_ms();

        while (export_list_next_token(&rest, &item, &open) == EXPORT_OK) {
            /* void */
        }

        spent = clock_ms() - begin;
        ok(spent < 30, "64 KB of \"%s\" in %.2f ms", units[i], spent);
    }

    free(line);
}


int
main(void)
{
    test_next();
    test_token();
    test_arg();
    test_decode();
    test_random();
    test_linear();

    return done_testing();
}
