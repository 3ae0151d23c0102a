
/*
 * export_address: tables, agreement with inet_pton(), and no over-reads.
 */

#include <arpa/inet.h>

#include "tap.h"

#include "../../module/place/export_address.c"


#define MUTANTS  1000000


typedef struct {
    const char  *text;
    uint64_t     high;
    uint64_t     low;
} v6_case_t;


typedef struct {
    const char  *text;
    const char  *v4;
} v4_case_t;


static const v4_case_t  v4[] = {

    { "0.0.0.0", "0.0.0.0" },
    { "255.255.255.255", "255.255.255.255" },
    { "81.2.69.160", "81.2.69.160" },
    { "127.0.0.1", "127.0.0.1" },
    { "169.254.1.1", "169.254.1.1" },
    { "1.10.100.0", "1.10.100.0" },
    { "9.99.199.249", "9.99.199.249" },

    /* IPv4-compatible */

    { "::", "0.0.0.0" },
    { "::1", "0.0.0.1" },
    { "0:0:0:0:0:0:0:0", "0.0.0.0" },
    { "0000:0000:0000:0000:0000:0000:0000:0001", "0.0.0.1" },
    { "::81.2.69.160", "81.2.69.160" },
    { "::5102:45a0", "81.2.69.160" },
    { "0:0:0:0:0:0:81.2.69.160", "81.2.69.160" },

    /* IPv4-mapped */

    { "::ffff:81.2.69.160", "81.2.69.160" },
    { "::FFFF:81.2.69.160", "81.2.69.160" },
    { "::fFfF:5102:45A0", "81.2.69.160" },
    { "0:0:0:0:0:ffff:5102:45a0", "81.2.69.160" },
    { "0:0:0:0:0:ffff:81.2.69.160", "81.2.69.160" },
    { "0::ffff:81.2.69.160", "81.2.69.160" },
    { "0000:0000:0000:0000:0000:ffff:255.255.255.255", "255.255.255.255" },
    { "::ffff:0:0", "0.0.0.0" },

    /* IPv4-translated */

    { "::ffff:0:81.2.69.160", "81.2.69.160" },
    { "0:0:0:0:FFFF:0:5102:45a0", "81.2.69.160" },
    { "::ffff:0:0:0", "0.0.0.0" },

    /* NAT64, the well-known prefix */

    { "64:ff9b::81.2.69.160", "81.2.69.160" },
    { "64:ff9b::5102:45a0", "81.2.69.160" },
    { "0064:FF9B:0:0:0:0:5102:45A0", "81.2.69.160" },
    { "64:ff9b::", "0.0.0.0" },

    /* 6to4 */

    { "2002:5102:45a0::", "81.2.69.160" },
    { "2002:5102:45a0::1", "81.2.69.160" },
    { "2002:5102:45a0:ffff:ffff:ffff:ffff:ffff", "81.2.69.160" },
    { "2002:5102:45a0::175.16.199.1", "81.2.69.160" },
    { "2002::", "0.0.0.0" },

    /* Teredo: the client, not the server 65.54.227.120 */

    { "2001:0:4136:e378:8000:63bf:aefd:ba5f", "81.2.69.160" },
    { "2001::aefd:ba5f", "81.2.69.160" },
    { "2001::", "255.255.255.255" },
    { "2001::ffff:ffff", "0.0.0.0" },
    { "2001:0000:4136:e378:8000:63bf:174.253.186.95", "81.2.69.160" },
    { "3ffe:831f:4136:e378:8000:63bf:aefd:ba5f", "81.2.69.160" }
};


/* addresses that hold others: "!" behind one that is sure */

static const struct {
    const char  *text;
    const char  *inner;
} inner[] = {
    { "81.2.69.160", "" }, { "2a02:cf40::1", "" },
    { "64:ff9b::81.2.69.160", "" },

    { "64:ff9b:1:5102:45:a000::",
      "81.2.69.160! 2.69.160.0 69.160.0.0 0.0.0.0" },
    { "64:ff9b:1:2a51:2:45a0::",
      "42.81.2.69 81.2.69.160! 2.69.160.0 0.0.0.0" },
    { "64:ff9b:1:2a2b:51:245:a000:0",
      "42.43.81.2 43.81.2.69 81.2.69.160! 160.0.0.0" },
    { "64:ff9b:1:2a2b:2c:2d2e:5102:45a0",
      "42.43.44.45 43.44.45.46 44.45.46.81 81.2.69.160!" },
    { "64:ff9b:1:5102:145:a000::",
      "81.2.69.160 2.69.160.0 69.160.0.0 0.0.0.0" },
    { "64:ff9b:1::5102:45a0",
      "0.0.0.0 0.0.0.0 0.0.0.81 81.2.69.160!" },

    { "2a02:cf40::5efe:81.2.69.160", "81.2.69.160" },
    { "2a02:cf40::200:5efe:81.2.69.160", "81.2.69.160" },
    { "fe80::100:5efe:81.2.69.160", "81.2.69.160" },
    { "2002:d8a0:5301::5efe:81.2.69.160", "81.2.69.160" },
    { "2a02:cf40::400:5efe:81.2.69.160", "" },
    { "2a02:cf40::5eff:81.2.69.160", "" },
    { "::5efe:81.2.69.160", "" }, { "2001::5efe:81.2.69.160", "" }
};


static const v6_case_t  v6[] = {

    { "2a02:cf40::", 0x2a02cf4000000000, 0 },
    { "2a02:cf40::1", 0x2a02cf4000000000, 1 },
    { "2A02:CF40::aB", 0x2a02cf4000000000, 0xab },
    { "2a02:cf40::0.0.0.1", 0x2a02cf4000000000, 1 },
    { "2001:218::192.0.2.1", 0x2001021800000000, 0xc0000201 },
    { "1:2:3:4:5:6:7:8", 0x0001000200030004, 0x0005000600070008 },
    { "1:2:3:4:5:6:7::", 0x0001000200030004, 0x0005000600070000 },
    { "::2:3:4:5:6:7:8", 0x0000000200030004, 0x0005000600070008 },
    { "1::3:4:5:6:7:8", 0x0001000000030004, 0x0005000600070008 },
    { "1:2:3:4::6:7:8", 0x0001000200030004, 0x0000000600070008 },
    { "1:2:3::8", 0x0001000200030000, 8 },
    { "1::", 0x0001000000000000, 0 },
    { "ff02::1", 0xff02000000000000, 1 },
    { "fe80::1", 0xfe80000000000000, 1 },
    { "1:2:3:4:5:6:1.2.3.4", 0x0001000200030004, 0x0005000601020304 },
    { "1::5:6:1.2.3.4", 0x0001000000000000, 0x0005000601020304 },
    { "1:2:3:4:5::1.2.3.4", 0x0001000200030004, 0x0005000001020304 },
    { "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255",
      0xffffffffffffffff, 0xffffffffffffffff },

    /* next to the prefixes that carry an IPv4 address */

    { "::1:0:0", 0, 0x0000000100000000 },
    { "::fffe:5102:45a0", 0, 0x0000fffe510245a0 },
    { "::fffe:0:5102:45a0", 0, 0xfffe0000510245a0 },
    { "::1:ffff:0:5102:45a0", 1, 0xffff0000510245a0 },
    { "::1:ffff:5102:45a0", 0, 0x0001ffff510245a0 },
    { "1::ffff:5102:45a0", 0x0001000000000000, 0x0000ffff510245a0 },
    { "64:ff9b:1::5102:45a0", 0x0064ff9b00010000, 0x510245a0 },
    { "64:ff9b::1:5102:45a0", 0x0064ff9b00000000, 0x00000001510245a0 },
    { "64:ff9a::5102:45a0", 0x0064ff9a00000000, 0x510245a0 },
    { "2003:5102:45a0::", 0x2003510245a00000, 0 },
    { "2001:1::aefd:ba5f", 0x2001000100000000, 0xaefdba5f }
};


static const char  *declined[] = {

    "", " ", "-", "0", "1", ".", ":", "unknown", "gb.example.net", "null",

    /* leading zeros: another network if read as octal */

    "175.016.199.001", "0121.02.0105.0240", "00.0.0.0", "1.2.3.00",
    "01.2.3.4", "1.2.3.04", "000.000.000.000",

    /* other ways to write a number, and abbreviations */

    "1359103392", "0x510245a0", "0x51.0x2.0x45.0xa0", "81.2.69", "81.2.17824",
    "81.150944", "127.1", "1.2.3.4.", ".1.2.3.4", "1.2.3.4.5", "1.2.3.",
    "1..2.3", "81..2.69.160", "...", "1.2.3.a", "1.2.3.4a",

    /* out of range, also after a wrap */

    "256.1.1.1", "1.1.1.256", "999.1.1.1", "1000.1.1.1",
    "4294967376.2.69.160", "18446744073709551697.2.69.160",
    "81.2.69.4294967456",

    /* decoration */

    " 81.2.69.160", "81.2.69.160 ", "\t81.2.69.160", "81.2.69.160\n",
    "81.2.69.160 garbage", "81.2.69.160:443", "81.2.69.160/32",
    "81.2.69.1-81.2.69.255", "'81.2.69.160'", "\"81.2.69.160\"",
    "[81.2.69.160]", "81.2.69.160,81.2.69.161", "+81.2.69.160",
    "-1.2.69.160", "81.2.69.+160", "81.2.69.160%eth0", "81,2,69,160",

    /* digits of other scripts, marks, and other bytes */

    "\xef\xbc\x98\xef\xbc\x91.2.69.160", "\xe2\x91\xa0\xe2\x91\xa1.2.69.160",
    "\xef\xbb\xbf" "175.16.199.1", "\xa0" "81.2.69.160\xa0",
    "\xc2\xa0" "81.2.69.160", "81.2.69.160\x01", "81\xe2.69.160",
    "81.2.69\xe3\x80\x82" "160", "\xb1.2.3.4",

    /* IPv6 */

    ":::", "::1::", "1::2::3", ":1", "1:", ":1::", "::1:", "1:2", "1:::2",
    "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::",
    "1:2:3:4:5:6:7:8:", ":1:2:3:4:5:6:7:8", "::1:2:3:4:5:6:7:8",
    "1:2:3:4::5:6:7:8", "02a02:cf40::1", "2a02:cf40::00001", "12345::",
    "g::", "::g", "2a02:cf40:", "2a02:cf40::1%eth0", "2a02:cf40::1%25eth0",
    "[2a02:cf40::1]", "[2a02:cf40::1]:443", "2a02:cf40::1/64",
    "2a02:cf40::1 ", " 2a02:cf40::1", "2a02-cf40--1", "2a02:cf40::0x1",
    "2a02.cf40::1",

    /* a dotted tail */

    "::1.2.3", "::1.2.3.4.5", "::1.2.3.256", "::01.2.3.4", "::1.2.3.4:5",
    "::1.2.3.4::", "::.1.2.3", "::1.2.3.4/96", "1:2:3:4:5:6:7:1.2.3.4",
    "1:2:3:4:5:1.2.3.4", "1:2:3:4:5:6::1.2.3.4", "::1:2:3:4:5:6:1.2.3.4",
    "::1.2.3.4 ", "::ffff:1.2.3.04", "::ff.2.3.4", "1.2.3.4::",
    "1:2:3:4:5:6:7:8.9.10.11", "::ffff:81.2.69", "::ffff:0121.2.69.160",

    /* too long */

    "2001:218::10000000000000000000000000000000000000000",
    "0000:0000:0000:0000:0000:0000:0000:0000:000000",
    "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.2555"
};


/* inputs that are the text of an address, or nearly */

static const char  *seeds[] = {
    "81.2.69.160", "255.255.255.255", "0.0.0.0", "1.2.3.4", "10.0.100.9",
    "2a02:cf40::1", "::", "::1", "1::", "1:2:3:4:5:6:7:8", "::ffff:1.2.3.4",
    "2001:db8:0:1:1:1:1:1", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8",
    "1:2:3:4:5:6:255.255.255.255", "64:ff9b::81.2.69.160",
    "2002:5102:45a0::1", "2001:0:4136:e378:8000:63bf:aefd:ba5f",
    "FEDC:BA98:7654:3210:fedc:ba98:7654:3210", "1::5:6:1.2.3.4",
    "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255"
};


/* a name for a line of TAP */

static const char *
printable(const char *text)
{
    size_t       n;
    static char  line[512];

    for (n = 0; *text && n < sizeof(line) - 5; text++) {
        n += (size_t) sprintf(&line[n], *text < ' ' || *text > '~'
                                        ? "\\x%02x" : "%c",
                              (u_char) *text);
    }

    line[n] = '\0';

    return line;
}


static int
parse(const char *text, size_t len, export_address_t *address)
{
    int            rc;
    u_char        *p;
    export_str_t   str;

    p = guard_copy(text, len);

    str.len = len;
    str.data = p;

    rc = export_address_parse(&str, address);

    guard_free(p, len);

    return rc;
}


static void
test_v4(void)
{
    size_t             i;
    struct in_addr     in;
    export_address_t   a;

    for (i = 0; i < sizeof(v4) / sizeof(v4[0]); i++) {
        inet_pton(AF_INET, v4[i].v4, &in);

        ok(parse(v4[i].text, strlen(v4[i].text), &a) == EXPORT_OK
           && a.v4 && a.high == 0 && a.low == ntohl(in.s_addr),
           "%s is %s", v4[i].text, v4[i].v4);
    }
}


static void
test_v6(void)
{
    size_t             i;
    export_address_t   a;

    for (i = 0; i < sizeof(v6) / sizeof(v6[0]); i++) {
        ok(parse(v6[i].text, strlen(v6[i].text), &a) == EXPORT_OK
           && !a.v4 && a.high == v6[i].high && a.low == v6[i].low,
           "%s", v6[i].text);
    }
}


static void
test_declined(void)
{
    size_t             i;
    export_address_t   a;

    for (i = 0; i < sizeof(declined) / sizeof(declined[0]); i++) {
        a.high = 0x55;
        a.low = 0x55;
        a.v4 = 0;

        ok(parse(declined[i], strlen(declined[i]), &a) == EXPORT_DECLINED
           && a.high == 0x55 && a.low == 0x55 && a.v4 == 0,
           "declined: \"%s\"", printable(declined[i]));
    }

    is_int(export_address_parse(&(export_str_t) { 0, NULL }, &a),
           EXPORT_DECLINED, "no text");
    is_int(parse("81.2.69.160\0", 12, &a), EXPORT_DECLINED, "a final NUL");
    is_int(parse("81.2\0.69.160", 12, &a), EXPORT_DECLINED, "a NUL inside");
    is_int(parse("::1\0", 4, &a), EXPORT_DECLINED, "a NUL after IPv6");
    is_int(parse("::\0", 3, &a), EXPORT_DECLINED, "a NUL after \"::\"");
}


/* every octet and every group, in all places */

static void
test_numbers(void)
{
    char               text[64];
    int                bad;
    unsigned           i, n;
    uint64_t           word;
    export_address_t   a;
    export_str_t       str;

    bad = 0;
    str.data = (u_char *) text;

    for (n = 0; n < 4; n++) {
        for (i = 0; i < 1000; i++) {
            str.len = (size_t) sprintf(text, "%u.%u.%u.%u", n == 0 ? i : 1,
                                       n == 1 ? i : 1, n == 2 ? i : 1,
                                       n == 3 ? i : 1);

            if (export_address_parse(&str, &a)
                != (i < 256 ? EXPORT_OK : EXPORT_DECLINED))
            {
                bad++;

            } else if (i < 256
                       && (a.low >> (24 - n * 8) & 0xff) != i)
            {
                bad++;
            }
        }
    }

    is_int(bad, 0, "all numbers in all places of IPv4");

    bad = 0;

    for (n = 1; n < 8; n++) {
        for (i = 0; i < 0x10000; i++) {
            str.len = (size_t) sprintf(text, "fe80:%x:%x:%x:%x:%x:%x:%x",
                                       n == 1 ? i : 1, n == 2 ? i : 1,
                                       n == 3 ? i : 1, n == 4 ? i : 1,
                                       n == 5 ? i : 1, n == 6 ? i : 1,
                                       n == 7 ? i : 1);

            if (export_address_parse(&str, &a) != EXPORT_OK) {
                bad++;
                continue;
            }

            word = n < 4 ? a.high : a.low;
            bad += (word >> (48 - n % 4 * 16) & 0xffff) != i;
        }
    }

    is_int(bad, 0, "all groups in all places of IPv6");
}


/* xorshift64*, so that a failure can be repeated anywhere */

static uint32_t
rnd(uint64_t *state, uint32_t n)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;

    return (uint32_t) ((*state * 0x2545f4914f6cdd1d) >> 32) % n;
}


static size_t
mutate(uint64_t *state, char *text)
{
    size_t       at, len;
    uint32_t     times;
    const char  *seed;

    static const char  alphabet[] = "0123456789abcdefABCDEF::::....::..gx% ";

    seed = seeds[rnd(state, sizeof(seeds) / sizeof(seeds[0]))];
    len = strlen(seed);
    memcpy(text, seed, len);

    for (times = rnd(state, 4); times; times--) {
        at = rnd(state, (uint32_t) len + 1);

        switch (rnd(state, 4)) {

        case 0:
            memmove(&text[at + 1], &text[at], len - at);
            text[at] = alphabet[rnd(state, sizeof(alphabet) - 1)];
            len++;
            break;

        case 1:
            if (at < len) {
                memmove(&text[at], &text[at + 1], len - at - 1);
                len--;
            }
            break;

        case 2:
            if (at < len) {
                text[at] = alphabet[rnd(state, sizeof(alphabet) - 1)];
            }
            break;

        default:
            if (at < len) {
                text[at] = (char) (1 + rnd(state, 255));
            }
        }
    }

    text[len] = '\0';

    return len;
}


/* what inet_pton() says, before the IPv4 address is taken out */

static int
reference(const char *text, export_address_t *address)
{
    u_char    in[16];
    unsigned  i;

    if (inet_pton(AF_INET, text, in) == 1) {
        address->v4 = 1;
        address->high = 0;
        address->low = (uint64_t) in[0] << 24 | (uint64_t) in[1] << 16
                       | (uint64_t) in[2] << 8 | in[3];

        return EXPORT_OK;
    }

    if (inet_pton(AF_INET6, text, in) == 1) {
        address->v4 = 0;
        address->high = 0;
        address->low = 0;

        for (i = 0; i < 8; i++) {
            address->high = address->high << 8 | in[i];
            address->low = address->low << 8 | in[i + 8];
        }

        return EXPORT_OK;
    }

    return EXPORT_DECLINED;
}


static int
same(const char *text, size_t len, const u_char *end)
{
    int                rc;
    export_str_t       str;
    export_address_t   a, b;

    str.len = len;
    str.data = (u_char *) end - len;
    memcpy(str.data, text, len);

    rc = export_address_parse(&str, &a);

    if (rc != reference(text, &b)) {
        return 0;
    }

    if (rc != EXPORT_OK) {
        return 1;
    }

    if (!b.v4) {
        export_address_unwrap(&b);
    }

    return a.v4 == b.v4 && a.high == b.high && a.low == b.low;
}


static void
test_inet_pton(void)
{
    char       text[64];
    size_t     len;
    u_char    *p;
    unsigned   i, good, bad;
    uint64_t   state;

    p = guard_copy("", 1);
    state = 0x20261123;
    good = 0;
    bad = 0;

    for (i = 0; i < MUTANTS; i++) {
        len = mutate(&state, text);

        if (!same(text, len, p + 1)) {
            printf("# differs: \"%s\"\n", printable(text));
            bad++;
        }

        good += inet_pton(AF_INET, text, &(struct in_addr) { 0 }) == 1
                || inet_pton(AF_INET6, text, &(struct in6_addr) {{{ 0 }}}) == 1;
    }

    is_int(bad, 0, "the verdict of inet_pton() on %u inputs", MUTANTS);
    ok(good > MUTANTS / 10 && good < MUTANTS / 10 * 9,
       "both verdicts are frequent");
    printf("# %u of %u are addresses\n", good, MUTANTS);

    guard_free(p, 1);
}


static void
test_inner(void)
{
    char               text[128], *p;
    size_t             i;
    unsigned           k;
    export_str_t       s;
    export_address_t   a;

    for (i = 0; i < sizeof(inner) / sizeof(inner[0]); i++) {
        s.data = (u_char *) inner[i].text;
        s.len = strlen(inner[i].text);

        is_int(export_address_parse(&s, &a), EXPORT_OK, "%s", inner[i].text);

        p = text;
        *p = '\0';

        for (k = 0; k < a.ninner; k++) {
            p += sprintf(p, "%s%u.%u.%u.%u%s", k ? " " : "",
                         a.inner[k].ip >> 24, a.inner[k].ip >> 16 & 255,
                         a.inner[k].ip >> 8 & 255, a.inner[k].ip & 255,
                         a.inner[k].sure ? "!" : "");
        }

        ok(strcmp(text, inner[i].inner) == 0, "... holds \"%s\"", text);
    }
}


int
main(void)
{
    test_inner();
    test_v4();
    test_v6();
    test_declined();
    test_numbers();
    test_inet_pton();

    return done_testing();
}
