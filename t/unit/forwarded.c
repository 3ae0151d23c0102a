
/*
 * export_forwarded: whole lines and what is read from them.
 */

#include "tap.h"

#include "../../module/place/export_forwarded.c"


#define MUTANTS  300000


/*
 * The results in a row: an address in hexadecimal, "-" for a node that is no
 * address, "!" for malformed; the end is not shown.
 */

typedef struct {
    const char  *line;
    const char  *want;
} case_t;


static const case_t  cases[] = {

    /* the examples of RFC 7239, sections 4, 6.3, 7.1 and 7.4 */

    { "for=\"_gazonk\"", "-" },
    { "For=\"[2001:db8:cafe::17]:4711\"", "20010db8cafe00000000000000000017" },
    { "for=192.0.2.60;proto=http;by=203.0.113.43", "c000023c" },
    { "for=192.0.2.43, for=198.51.100.17", "c000022b c6336411" },
    { "for=_hidden, for=_SEVKISEK", "- -" },
    { "for=192.0.2.43, for=\"[2001:db8:cafe::17]\"",
      "c000022b 20010db8cafe00000000000000000017" },
    { "for=192.0.2.43, for=\"[2001:db8:cafe::17]\", for=unknown",
      "c000022b 20010db8cafe00000000000000000017 -" },
    { "for=192.0.2.43,for=\"[2001:db8:cafe::17]\",for=unknown",
      "c000022b 20010db8cafe00000000000000000017 -" },
    { "for=_hidden, by=_SEVKISEK;for=198.51.100.17", "- c6336411" },
    { "for=\"192.0.2.43:47011\"", "c000022b" },
    { "for=\"[2001:db8:cafe::17]:47011\"",
      "20010db8cafe00000000000000000017" },

    /* evasions */

    { "For=81.2.69.160", "510245a0" },
    { "for=175.16.199.1, for=81.2.69.160", "af10c701 510245a0" },
    { "for=unknown", "-" },
    { "for=\"175.16.199.1, for=81.2.69.160\"", "!" },
    { "for = 81.2.69.160", "!" },
    { "for=175.16.199.1;by=81.2.69.160", "af10c701" },
    { "for=\"81.2.69.160:47011\"", "510245a0" },
    { "for=\"\\8\\1.2.69.160\"", "510245a0" },
    { "for=\"[::ffff:81.2.69.160]\"", "510245a0" },
    { "for=\"[2002:5102:45a0::1]:80\"", "510245a0" },
    { "for=175.16.199.1;for=81.2.69.160", "!" },
    { "for=175.16.199.1;FOR=81.2.69.160", "!" },
    { "by=\"a, for=175.16.199.1\";for=81.2.69.160", "510245a0" },
    { "by=\"\\\", for=175.16.199.1\", for=81.2.69.160", "510245a0" },
    { "by=\"x, for=81.2.69.160", "!" },
    { "for=175.16.199.1, by=\"x, for=81.2.69.160", "af10c701 !" },
    { "for=175.16.199.1, for=gb.example.net", "af10c701 !" },
    { "for=175.16.199.1 for=81.2.69.160", "!" },
    { "for=175.16.199.1\"\"", "!" },
    { "xfor=81.2.69.160", "" },
    { "for-x=81.2.69.160", "" },

    /* names and parameters */

    { "FOR=1.2.3.4", "01020304" },
    { "fOr=1.2.3.4", "01020304" },
    { "by=1.2.3.4", "" },
    { "proto=https;host=\"a:80\"", "" },
    { "by=unknown, for=1.2.3.4", "01020304" },
    { "!#$%&'*+-.^_`|~09AZaz=x;for=1.2.3.4", "01020304" },
    { "proto=a;proto=a;for=1.2.3.4", "!" },
    { "proto=a;for=1.2.3.4;PROTO=b", "!" },
    { "proto=a, proto=a;for=1.2.3.4", "01020304" },
    { "for=1.2.3.4, for=1.2.3.4", "01020304 01020304" },
    { "for", "!" },
    { "for;by=1.2.3.4", "!" },
    { "=1.2.3.4", "!" },
    { "for=", "!" },
    { "for=;by=x", "!" },
    { "for=,for=1.2.3.4", "!" },
    { "for==1.2.3.4", "!" },
    { "for=1.2.3.4=5", "!" },
    { "for=1.2.3.4;by=", "!" },
    { "for=1.2.3.4;by", "!" },
    { "for=1.2.3.4;by=a b", "!" },
    { "for=1.2.3.4;by=[::1]", "!" },
    { "for=1.2.3.4;(x)=1", "!" },
    { "fo\xc3\xb6r=1.2.3.4", "!" },

    /* space */

    { " for=1.2.3.4 ", "01020304" },
    { "\tfor=1.2.3.4\t", "01020304" },
    { "for=1.2.3.4 \t;\t by=x", "01020304" },
    { "for=1.2.3.4 \t,\t for=_x", "01020304 -" },
    { "for =1.2.3.4", "!" },
    { "for= 1.2.3.4", "!" },
    { "for=\t\"1.2.3.4\"", "!" },
    { "for=\" 1.2.3.4\"", "!" },
    { "for=\"1.2.3.4 \"", "!" },
    { "for=1.2.3.4\n, for=2.3.4.5", "!" },
    { "for=1.2.3.4\r\n", "!" },
    { "for=1.2.3.4\v", "!" },
    { "\xc2\xa0" "for=1.2.3.4", "!" },

    /* empty elements and pairs */

    { "", "" },
    { " ", "" },
    { ",", "" },
    { " , ,\t,", "" },
    { ";", "" },
    { ",for=1.2.3.4", "01020304" },
    { "for=1.2.3.4,", "01020304" },
    { "for=1.2.3.4, , ,, for=_a ,", "01020304 -" },
    { ";for=1.2.3.4", "01020304" },
    { "for=1.2.3.4;", "01020304" },
    { ";;for=1.2.3.4 ; ;by=x;", "01020304" },

    /* strings */

    { "for=\"1.2.3.4\"", "01020304" },
    { "for=\"unknown\"", "-" },
    { "for=\"\"", "!" },
    { "for=\"", "!" },
    { "for=\"1.2.3.4", "!" },
    { "for=\"1.2.3.4\\", "!" },
    { "for=\"1.2.3.4\\\"", "!" },
    { "for=\"1.2.3.4\"x", "!" },
    { "for=\"1.2.3.4\"\"5\"", "!" },
    { "for=x\"1.2.3.4\"", "!" },
    { "for=\"\\1\\.\\2\\.\\3\\.\\4\\:\\8\\0\"", "01020304" },
    { "for=\"\\_\\a\"", "-" },
    { "for=\"\\[::\\]\\:1\"", "00000000" },
    { "for=\"1.2.3.4\\\\\"", "!" },
    { "for=1.2.3.4\\5", "!" },
    { "for=1.2.3.4;by=\"\t \x80\xff\\\t\\\xff\\\\\"", "01020304" },
    { "for=1.2.3.4;by=\"\x01\"", "!" },
    { "for=1.2.3.4;by=\"\\\x01\"", "!" },
    { "for=1.2.3.4;by=\"\x7f\"", "!" },
    { "for=1.2.3.4;by=\"\n\"", "!" },

    /* names of nodes */

    { "for=UNKNOWN", "-" },
    { "for=Unknown", "-" },
    { "for=unknow", "!" },
    { "for=unknown1", "!" },
    { "for=null", "!" },
    { "for=-", "!" },
    { "for=hidden", "!" },
    { "for=_", "!" },
    { "for=__", "-" },
    { "for=_aZ09._-", "-" },
    { "for=_a+b", "!" },
    { "for=_a~", "!" },
    { "for=_a^b", "!" },
    { "for=_a`b", "!" },
    { "for=\"_a b\"", "!" },
    { "for=\"_\xc3\xa4\"", "!" },
    { "for=1.2.3", "!" },
    { "for=1.2.3.04", "!" },
    { "for=1.2.3.256", "!" },
    { "for=0x1020304", "!" },
    { "for=16909060", "!" },
    { "for=1.2.3.4/32", "!" },
    { "for='1.2.3.4'", "!" },

    /* IPv6 */

    { "for=\"[::1]\"", "00000001" },
    { "for=\"[FE80::AB]\"", "fe8000000000000000000000000000ab" },
    { "for=\"[1:2:3:4:5:6:7:8]\"", "00010002000300040005000600070008" },
    { "for=\"fe80::1\"", "!" },
    { "for=\"::1\"", "!" },
    { "for=[::1]", "!" },
    { "for=::1", "!" },
    { "for=fe80::1", "!" },
    { "for=\"[1.2.3.4]\"", "!" },
    { "for=\"[1.2.3.4]:80\"", "!" },
    { "for=\"[unknown]\"", "!" },
    { "for=\"[_a]\"", "!" },
    { "for=\"[]\"", "!" },
    { "for=\"[\"", "!" },
    { "for=\"]\"", "!" },
    { "for=\"[::1\"", "!" },
    { "for=\"::1]\"", "!" },
    { "for=\"[[::1]]\"", "!" },
    { "for=\"[::1]]\"", "!" },
    { "for=\"[::1]x\"", "!" },
    { "for=\"[::1]x80\"", "!" },
    { "for=\"[::1]80\"", "!" },
    { "for=\"[::1] \"", "!" },
    { "for=\"[::1%eth0]\"", "!" },
    { "for=\"[::1%25eth0]\"", "!" },
    { "for=\"[::1/128]\"", "!" },
    { "for=\"[v1.x]\"", "!" },

    /* ports */

    { "for=1.2.3.4:80", "!" },
    { "for=unknown:80", "!" },
    { "for=\"1.2.3.4:0\"", "01020304" },
    { "for=\"1.2.3.4:65535\"", "01020304" },
    { "for=\"1.2.3.4:00080\"", "01020304" },
    { "for=\"1.2.3.4:65536\"", "!" },
    { "for=\"1.2.3.4:99999\"", "!" },
    { "for=\"1.2.3.4:000080\"", "!" },
    { "for=\"1.2.3.4:4294967376\"", "!" },
    { "for=\"1.2.3.4:\"", "!" },
    { "for=\"1.2.3.4:-1\"", "!" },
    { "for=\"1.2.3.4:8x\"", "!" },
    { "for=\"1.2.3.4: 80\"", "!" },
    { "for=\"1.2.3.4:80:80\"", "!" },
    { "for=\"1.2.3.4:_p\"", "01020304" },
    { "for=\"1.2.3.4:_\"", "!" },
    { "for=\"1.2.3.4:_p:_q\"", "!" },
    { "for=\":80\"", "!" },
    { "for=\"[fe80::1]:65535\"", "fe800000000000000000000000000001" },
    { "for=\"[fe80::1]:_p\"", "fe800000000000000000000000000001" },
    { "for=\"[fe80::1]:\"", "!" },
    { "for=\"[fe80::1]:65536\"", "!" },
    { "for=\"unknown:80\"", "-" },
    { "for=\"unknown:_a\"", "-" },
    { "for=\"unknown:x\"", "!" },
    { "for=\"_a:80\"", "-" },
    { "for=\"_a:_b\"", "-" },
    { "for=\"_a:b\"", "!" }
};


static const char *
printable(const char *text)
{
    size_t       n;
    static char  line[1024];

    for (n = 0; *text && n < sizeof(line) - 5; text++) {
        n += (size_t) sprintf(&line[n], *text < ' ' || *text > '~'
                                        ? "\\x%02x" : "%c",
                              (u_char) *text);
    }

    line[n] = '\0';

    return line;
}


/* reads a line to its end; returns 0 if a promise of the header is broken */

static int
results(const u_char *p, size_t len, char *got)
{
    int                 rc, again;
    size_t              left;
    export_str_t        line, node;
    export_address_t    a;
    export_forwarded_t  f;

    line.data = (u_char *) p;
    line.len = len;
    *got = '\0';

    export_forwarded_init(&f, &line);

    for ( ;; ) {
        left = (size_t) (f.last - f.pos);
        rc = export_forwarded_next(&f, &node, &a);

        switch (rc) {

        case EXPORT_OK:
            got += a.v4 ? sprintf(got, "%08llx ", (unsigned long long) a.low)
                        : sprintf(got, "%016llx%016llx ",
                                  (unsigned long long) a.high,
                                  (unsigned long long) a.low);
            break;

        case EXPORT_DECLINED:
            got += sprintf(got, "- ");
            break;

        case EXPORT_ERROR:
            strcpy(got, "!");
            again = export_forwarded_next(&f, &node, &a);
            return again == EXPORT_ERROR;

        default:
            if (got[0] == '\0' && got[-1] == ' ') {
                got[-1] = '\0';
            }

            return rc == EXPORT_DONE
                   && export_forwarded_next(&f, &node, &a) == EXPORT_DONE;
        }

        if (node.data < p || node.data + node.len > p + len
            || (size_t) (f.last - f.pos) >= left)
        {
            return 0;
        }
    }
}


static int
check(const char *line, size_t len, const char *want)
{
    int      rc;
    char     got[4096];
    u_char  *p;

    p = guard_copy(line, len);
    got[0] = ' ';
    rc = results(p, len, &got[1]);
    guard_free(p, len);

    if (rc && strcmp(&got[1], want) == 0) {
        return 1;
    }

    printf("# got \"%s\", want \"%s\"\n", &got[1], want);

    return 0;
}


static void
test_cases(void)
{
    size_t  i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        ok(check(cases[i].line, strlen(cases[i].line), cases[i].want),
           "%s", printable(cases[i].line));
    }

    ok(check("for=1.2.3.4\0", 12, "!"), "a final NUL");
    ok(check("for=\"_a\0\"", 9, "!"), "a NUL in a string");
    ok(check("\0", 1, "!"), "a NUL");
}


/* a bad byte is one everywhere but in a string */

static void
test_bytes(void)
{
    char      line[] = "for=1.2.3.4;x=\"?\";y=?";
    unsigned  ch, bad;

    bad = 0;

    for (ch = 0; ch < 256; ch++) {
        line[15] = (char) ch;
        line[20] = 'y';

        bad += !check(line, 21, (ch < ' ' && ch != '\t') || ch == 0x7f
                                || ch == '"' || ch == '\\'
                                ? "!" : "01020304");

        line[15] = 'x';
        line[20] = (char) ch;

        /* a quote opens a string, which has no end */

        bad += !check(line, 21, ch && ch < 128
                                && (strchr("!#$%&'*+-.^_`|~", (int) ch)
                                    || (ch >= '0' && ch <= '9')
                                    || (ch >= 'A' && ch <= 'Z')
                                    || (ch >= 'a' && ch <= 'z'))
                                ? "01020304" : "!");
    }

    is_int(bad, 0, "every byte in a string and in a token");
}


static void
test_node(void)
{
    unsigned            i;
    export_str_t        node;
    export_address_t    a;
    export_forwarded_t  f;

    static const export_str_t  line = export_string(
        "by=x;for=\"\\[::1]:8\";host=y, for=Unknown ,for=1.2.3.4");
    static const char         *want[] = { "\\[::1]:8", "Unknown", "1.2.3.4" };

    export_forwarded_init(&f, &line);

    for (i = 0; i < 3; i++) {
        is_int(export_forwarded_next(&f, &node, &a),
               i == 1 ? EXPORT_DECLINED : EXPORT_OK, "node %u", i);
        ok(node.len == strlen(want[i])
           && memcmp(node.data, want[i], node.len) == 0, "%s", want[i]);
    }
}


static void
test_limits(void)
{
    char      line[4096];
    size_t    n;
    unsigned  i, pairs, len;

    for (pairs = EXPORT_MAX_PAIRS; pairs <= EXPORT_MAX_PAIRS + 1; pairs++) {
        n = (size_t) sprintf(line, "for=1.2.3.4");

        for (i = 1; i < pairs; i++) {
            n += (size_t) sprintf(&line[n], ";p%u=v", i);
        }

        ok(check(line, n, pairs > EXPORT_MAX_PAIRS ? "!" : "01020304"),
           "%u pairs", pairs);
    }

    for (len = EXPORT_MAX_NODE; len <= EXPORT_MAX_NODE + 1; len++) {
        n = (size_t) sprintf(line, "for=_%0*d", (int) len - 1, 0);

        ok(check(line, n, len > EXPORT_MAX_NODE ? "!" : "-"),
           "a node of %u bytes", len);
    }

    n = (size_t) sprintf(line, "for=\"");

    for (i = 0; i < EXPORT_MAX_NODE; i++) {
        n += (size_t) sprintf(&line[n], "\\%c", i ? 'a' : '_');
    }

    n += (size_t) sprintf(&line[n], "\"");

    ok(check(line, n, "-"), "all bytes of a node escaped");
}


/* xorshift64* */

static uint32_t
rnd(uint64_t *state, uint32_t n)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;

    return (uint32_t) ((*state * 0x2545f4914f6cdd1d) >> 32) % n;
}


/* no read past the end, an end in sight, and nodes inside the line */

static void
test_mutants(void)
{
    char         got[8192];
    size_t       len, j;
    u_char      *end, *p;
    unsigned     i, bad;
    uint64_t     state;
    const char  *seed;

    static const char  alphabet[] = "for=by;,\"\\[]:_ \t1.2.3.4unknown";

    end = guard_copy("", 1) + 1;
    state = 0x7239;
    bad = 0;
    got[0] = ' ';

    for (i = 0; i < MUTANTS; i++) {
        seed = cases[rnd(&state, sizeof(cases) / sizeof(cases[0]))].line;
        len = strlen(seed);
        p = end - len;
        memcpy(p, seed, len);

        for (j = rnd(&state, 4); j && len; j--) {
            p[rnd(&state, (uint32_t) len)] =
                (u_char) alphabet[rnd(&state, sizeof(alphabet) - 1)];
        }

        bad += !results(p, len, &got[1]);
    }

    is_int(bad, 0, "%u mutants", MUTANTS);

    guard_free(end - 1, 1);
}


int
main(void)
{
    test_cases();
    test_bytes();
    test_node();
    test_limits();
    test_mutants();

    return done_testing();
}
