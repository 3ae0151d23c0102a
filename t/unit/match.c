
#include "tap.h"

#include "../../module/text/export_match.c"

#include "pool.h"


#define UNIONS    400
#define SUBJECTS  60
#define MANY      200


typedef struct {
    const char  *pattern;
    int          rc;
    unsigned     caseless;
    unsigned     regex;
    unsigned     joinable;
} compile_t;


typedef struct {
    const char  *pattern;
    const char  *subject;
    int          rc;
} match_t;


static export_match_scratch_t  *scratch;


static const compile_t  compiled[] = {
    { "ai-training", EXPORT_OK, 1, 0, 0 },
    { "a|b", EXPORT_OK, 1, 0, 0 },
    { "(", EXPORT_OK, 1, 0, 0 },
    { "*", EXPORT_OK, 1, 0, 0 },
    { "~a", EXPORT_OK, 0, 1, 1 },
    { "~*a", EXPORT_OK, 1, 1, 1 },
    { "~a|b", EXPORT_OK, 0, 1, 1 },
    { "~^a$", EXPORT_OK, 0, 1, 1 },
    { "~(?:a)(?=b)(?!c)", EXPORT_OK, 0, 1, 1 },
    { "~\\.\\d\\w\\b\\\\", EXPORT_OK, 0, 1, 1 },
    { "~\\\\1", EXPORT_OK, 0, 1, 1 },
    { "~\\(?a", EXPORT_OK, 0, 1, 1 },
    { "~(a)\\1", EXPORT_OK, 0, 1, 0 },
    { "~(a)\\g{1}", EXPORT_OK, 0, 1, 0 },
    { "~(?<n>a)\\k<n>", EXPORT_OK, 0, 1, 0 },
    { "~(?<n>a)", EXPORT_OK, 0, 1, 0 },
    { "~(?<=a)b", EXPORT_OK, 0, 1, 0 },
    { "~(?>a)b", EXPORT_OK, 0, 1, 0 },
    { "~(?i)a", EXPORT_OK, 0, 1, 0 },
    { "~(?x)a # |", EXPORT_OK, 0, 1, 0 },
    { "~a(?#b)?", EXPORT_OK, 0, 1, 0 },
    { "~(?|(a)|(b))", EXPORT_OK, 0, 1, 0 },
    { "~(a)(?1)", EXPORT_OK, 0, 1, 0 },
    { "~a\\Kb", EXPORT_OK, 0, 1, 0 },
    { "~\\Qa", EXPORT_OK, 0, 1, 0 },
    { "~a\\E", EXPORT_OK, 0, 1, 0 },
    { "~\\Ga", EXPORT_OK, 0, 1, 0 },
    { "~(a)\\c\\\\1", EXPORT_OK, 0, 1, 0 },
    { "~(*COMMIT)a", EXPORT_OK, 0, 1, 0 },
    { "~(*NO_JIT)a", EXPORT_OK, 0, 1, 0 },
    { "~(*ANYCRLF)a", EXPORT_OK, 0, 1, 0 },

    { "", EXPORT_ERROR, 0, 0, 0 },
    { "~", EXPORT_ERROR, 0, 0, 0 },
    { "~*", EXPORT_ERROR, 0, 0, 0 },
    { "~(", EXPORT_ERROR, 0, 0, 0 },
    { "~a)", EXPORT_ERROR, 0, 0, 0 },
    { "~a)|(b", EXPORT_ERROR, 0, 0, 0 },
    { "~[a", EXPORT_ERROR, 0, 0, 0 },
    { "~**", EXPORT_ERROR, 0, 0, 0 },
    { "~a\\", EXPORT_ERROR, 0, 0, 0 },
    { "~(a", EXPORT_ERROR, 0, 0, 0 },
    { "~(?", EXPORT_ERROR, 0, 0, 0 },
    { "~(*UTF)a", EXPORT_ERROR, 0, 0, 0 },
};


static const match_t  matches[] = {

    /* a literal is the whole, in any case, and has no special bytes */

    { "ai-training", "ai-training", EXPORT_OK },
    { "AI-Training", "ai-tRAINING", EXPORT_OK },
    { "ai-training", "ai-training ", EXPORT_DECLINED },
    { "ai-training", "ai-trainin", EXPORT_DECLINED },
    { "ai-training", "xai-training", EXPORT_DECLINED },
    { "ai-training", "", EXPORT_DECLINED },
    { "a.c", "abc", EXPORT_DECLINED },
    { "\xc3\x84", "\xc3\xa4", EXPORT_DECLINED },
    { "[", "{", EXPORT_DECLINED },

    /* a regex is searched */

    { "~train", "ai-training", EXPORT_OK },
    { "~Train", "ai-training", EXPORT_DECLINED },
    { "~*Train", "ai-tRaining", EXPORT_OK },
    { "~^train", "ai-training", EXPORT_DECLINED },
    { "~^ai-(?:train|tune)", "ai-tune", EXPORT_OK },
    { "~a$", "ba", EXPORT_OK },
    { "~a$", "ba\n", EXPORT_DECLINED },
    { "~^a$", "b\na", EXPORT_DECLINED },
    { "~^$", "", EXPORT_OK },
    { "~a", "", EXPORT_DECLINED },
    { "~(a)(b)(c)\\3", "abcc", EXPORT_OK },
    { "~(a)(b)(c)\\3", "abcb", EXPORT_DECLINED },
    { "~(*NO_JIT)^a+$", "aaa", EXPORT_OK },
    { "~(*NO_JIT)^a+$", "aab", EXPORT_DECLINED },
    { "~(*NO_START_OPT)(*COMMIT)b", "ab", EXPORT_DECLINED },

    /* bytes, whatever they are */

    { "~^.$", "\xff", EXPORT_OK },
    { "~^.$", "\xc3\xa4", EXPORT_DECLINED },
    { "~^..$", "\xc3\xa4", EXPORT_OK },
    { "~*\xc3\xa4", "\xc3\x84", EXPORT_DECLINED },
    { "~\\xc3$", "\xc3", EXPORT_OK },
};


/* slow by design; the second member follows many bytes "a" */

static const char  *stalls[][2] = {
    { "~(a+)+$", "!" },
    { "~^(a+)+$", "!" },
    { "~(a+)+bc", "c" },
    { "~(?:a|a){16}bc", "c" },
    { "~(?:a|aa)+$", "!" },
    { "~(?:a|aa){12}bc", "c" },
    { "~.*.*.*bc", "c" },
    { "~^.*a.*a.*a.*bc", "c" },
    { "~a.*a.*bc", "c" },
    { "~a+a+bc", "c" },
    { "~(a*)*(a*)*bc", "c" },
    { "~(?=(a+))a*bc", "c" },
    { "~(a?){30}a{30}bc", "c" },
    { "~(*NO_JIT)(a+)+$", "!" },
    { "~(*NO_JIT)^.*a.*a.*bc", "c" },
    { "~(*NO_JIT)(?:a|aa)+$", "!" },
    { "~(*NO_JIT)(?:a|b)*c!", "c" },
};


/* of patterns, none of which can swallow its neighbours unnoticed */

static const char  *atoms[] = {
    "a", "b", "ab", "/", "\\.", ".", "^", "$", "\\b", "[ab]", "[^a]", "[]a]",
    "[(?]", "[|)]", "\\d", "\\w", "A", "B", "-", "(?=a)", "(?!b)", "\\x61",
    "\\(", "\\[", "\\|", "\\\\", "#", " ", "]", "}", "{", "\\x", "\\cA",
    "(?i)", "(?i:b)", "(?x)", "(?s)", "(?<=a)", "(?>a+)", "(?|a|b)", "\\1",
    "\\K", "\\Qa|\\E", "(?#x)", "(*ACCEPT)", "(*COMMIT)", "(?C)", "\\c\\",
};

static const char  *repeats[] = {
    "", "", "", "", "", "", "?", "*", "+", "{2}", "{0,2}", "*?", "++",
};


static int
compile(export_match_t *match, const char *pattern, int want)
{
    int           rc;
    char          error[EXPORT_MATCH_ERROR];
    export_str_t  text;

    text = str(pattern);
    error[0] = '\0';

    rc = export_match_compile(match, &text, error);

    return rc == want && (rc == EXPORT_OK) == (error[0] == '\0')
           && (error[0] < 'A' || error[0] > 'Z');
}


/* the subject ends at an unreadable page */

static int
try(const export_match_t *match, const char *subject)
{
    int           rc;
    export_str_t  s;

    s.len = strlen(subject);
    s.data = guard_copy(subject, s.len);

    rc = export_match(match, scratch, &s);

    guard_free(s.data, s.len);

    return rc;
}


static void
test_compile(void)
{
    size_t            i;
    export_match_t    match;
    const compile_t  *c;

    for (i = 0; i < sizeof(compiled) / sizeof(compile_t); i++) {
        c = &compiled[i];

        ok(compile(&match, c->pattern, c->rc), "compile \"%s\"", c->pattern);

        if (c->rc == EXPORT_OK) {
            is_int(match.caseless, c->caseless, "... caseless");
            is_int(match.code != NULL, c->regex, "... a regex");
            is_int(export_match_joinable(&match), c->joinable,
                   "... joinable");
        }

        export_match_free(&match);
        ok(match.code == NULL, "... freed");
    }
}


static void
test_text(void)
{
    char             error[EXPORT_MATCH_ERROR], text[2000];
    size_t           i;
    u_char          *p;
    export_str_t     s;
    export_match_t   match;

    memset(text, '(', sizeof(text));
    text[0] = '~';
    s.data = (u_char *) text;
    s.len = sizeof(text);

    memset(error, 'x', sizeof(error));
    is_int(export_match_compile(&match, &s, error), EXPORT_ERROR,
           "2000 parentheses");
    ok(memchr(error, '\0', sizeof(error)) != NULL, "the error is terminated");

    /* patterns that end at an unreadable page */

    for (i = 0; i < sizeof(compiled) / sizeof(compile_t); i++) {
        s.len = strlen(compiled[i].pattern);
        p = guard_copy(compiled[i].pattern, s.len);
        s.data = p;

        if (export_match_compile(&match, &s, error) == EXPORT_OK) {
            (void) export_match_joinable(&match);
        }

        export_match_free(&match);
        guard_free(p, s.len);
    }

    /* NUL is a byte like any other */

    s.data = (u_char *) "~a\0b";
    s.len = 4;
    is_int(export_match_compile(&match, &s, error), EXPORT_OK, "a NUL");
    s.data = (u_char *) "a\0b";
    s.len = 3;
    is_int(export_match(&match, scratch, &s), EXPORT_OK, "... is matched");
    s.len = 1;
    is_int(export_match(&match, scratch, &s), EXPORT_DECLINED, "... or not");
    s.data = NULL;
    s.len = 0;
    is_int(export_match(&match, scratch, &s), EXPORT_DECLINED, "no data");
    export_match_free(&match);
}


static void
test_match(void)
{
    size_t          i;
    export_match_t  match;

    for (i = 0; i < sizeof(matches) / sizeof(match_t); i++) {
        ok(compile(&match, matches[i].pattern, EXPORT_OK), "\"%s\"",
           matches[i].pattern);
        is_int(try(&match, matches[i].subject), matches[i].rc,
               "... on subject %zu", i);
        export_match_free(&match);
    }
}


static void
test_limits(void)
{
    int                  rc;
    size_t               i, k;
    u_char              *text;
    double               begin, spent;
    export_str_t         s;
    export_match_t       match;
    static const size_t  len[] = { 100, 1000, 8192, EXPORT_MATCH_SUBJECT,
                                   EXPORT_MATCH_SUBJECT + 1, 0x100000 };

    text = malloc(0x100000);

    for (i = 0; i < sizeof(stalls) / sizeof(stalls[0]); i++) {
        ok(compile(&match, stalls[i][0], EXPORT_OK), "\"%s\"", stalls[i][0]);

        for (k = 0; k < sizeof(len) / sizeof(size_t); k++) {
            memset(text, 'a', len[k]);
            text[len[k] - 1] = (u_char) stalls[i][1][0];
            s.data = text;
            s.len = len[k];

            begin = clock_ms();
            rc = export_match(&match, scratch, &s);
            spent = clock_ms() - begin;

            ok(rc == EXPORT_ERROR || rc == EXPORT_DECLINED,
               "... %zu bytes: %d", len[k], rc);
            ok(spent < 1500, "... in %.1f ms", spent);
        }

        export_match_free(&match);
    }

    /* what is no attack passes at any length that can be matched */

    ok(compile(&match, "~^(?:[^/]*/)*v1/train(?:ing|er)$", EXPORT_OK),
       "a regex as people write them");

    memset(text, 'a', EXPORT_MATCH_SUBJECT);

    for (i = 0; i < 4096; i += 64) {
        text[i] = '/';
    }

    memcpy(text + 4096 - 12, "/v1/training", 12);
    s.len = 4096;
    is_int(export_match(&match, scratch, &s), EXPORT_OK, "... 4096 bytes");
    s.len = 4095;
    is_int(export_match(&match, scratch, &s), EXPORT_DECLINED, "... not");
    export_match_free(&match);

    ok(compile(&match, "~z", EXPORT_OK), "a byte");
    text[EXPORT_MATCH_SUBJECT - 1] = 'z';
    s.len = EXPORT_MATCH_SUBJECT;
    is_int(export_match(&match, scratch, &s), EXPORT_OK, "... at the limit");
    s.len = EXPORT_MATCH_SUBJECT + 1;
    is_int(export_match(&match, scratch, &s), EXPORT_ERROR, "... past it");
    export_match_free(&match);

    ok(compile(&match, "z", EXPORT_OK), "a literal");
    is_int(export_match(&match, scratch, &s), EXPORT_DECLINED,
           "... has no limit");

    free(text);
}


static void
random_pattern(char *p, size_t size)
{
    size_t    n;
    unsigned  i, atom, depth, parts, plain;

    n = 0;
    depth = 0;
    parts = 1 + draw(6);
    plain = draw(4);
    p[n++] = '~';

    if (draw(3) == 0) {
        p[n++] = '*';
    }

    for (i = 0; i < parts && n + 40 < size; i++) {

        switch (draw(8)) {

        case 0:
            n += (size_t) sprintf(p + n, draw(2) ? "(" : "(?:");
            depth++;
            break;

        case 1:
            p[n++] = '|';
            break;

        case 2:
            if (depth) {
                p[n++] = ')';
                depth--;
            }
            /* fall through */

        default:
            atom = draw(plain ? 33 : sizeof(atoms) / sizeof(char *));
            n += (size_t) sprintf(p + n, "%s%s", atoms[atom],
                                  repeats[draw(sizeof(repeats)
                                               / sizeof(char *))]);
        }
    }

    while (depth--) {
        p[n++] = ')';
    }

    p[n] = '\0';
}


static void
random_subject(char *p)
{
    unsigned     i, n;
    static char  bytes[] = "aabb/.AB-(|)[]# \\{}1x\n\x01\xe4";

    n = draw(9);

    for (i = 0; i < n; i++) {
        p[i] = bytes[draw(sizeof(bytes) - 1)];
    }

    p[n] = '\0';
}


/*
 * The union's "no" is exactly that none matches, and its number is one of
 * those that do.
 */

static void
test_union_random(void)
{
    char                  pattern[MANY][80], error[EXPORT_MATCH_ERROR];
    char                  subject[16];
    unsigned              i, k, n, any, first, round, wrong, yes, no, unsure;
    export_str_t          s;
    export_match_t        match[MANY], *list[MANY];
    export_match_union_t  u;

    wrong = yes = no = unsure = 0;

    for (round = 0; round < UNIONS; round++) {

        n = round % 40 == 0 ? MANY : 1 + draw(6);

        for (i = 0; i < n; /* void */) {
            random_pattern(pattern[i], sizeof(pattern[i]));
            s = str(pattern[i]);
            list[i] = &match[i];

            if (export_match_compile(&match[i], &s, error) != EXPORT_OK) {
                continue;
            }

            /* else nearly no union of many would be certain */

            if (n > 2 && !export_match_joinable(&match[i])) {
                export_match_free(&match[i]);
                continue;
            }

            i++;
        }

        if (export_match_union(&u, list, n, &pool) != EXPORT_OK) {
            wrong++;
        }

        unsure += !u.certain;

        for (k = 0; k < SUBJECTS; k++) {
            random_subject(subject);
            s = str(subject);

            for (any = 0, i = 0; i < n; i++) {
                any |= export_match(&match[i], scratch, &s) == EXPORT_OK;
            }

            if (export_match_might(&u, scratch, &s, &first)
                == EXPORT_DECLINED)
            {
                no++;
                wrong += any;

            } else if (u.certain) {
                yes++;

                if (!any || export_match(&match[first], scratch, &s)
                            != EXPORT_OK)
                {
                    wrong++;
                    printf("# %u of %u, \"%s\" on \"%s\"\n", first, n,
                           pattern[first], subject);
                }
            }

            wrong += first >= n;
        }

        export_match_union_free(&u);

        for (i = 0; i < n; i++) {
            export_match_free(&match[i]);
        }

        pool_free();
    }

    is_int(wrong, 0, "%u unions: %u yes, %u no, %u not joined", round, yes,
           no, unsure);
    ok(yes > 1000 && no > 1000 && unsure > 10, "all of them are tried");
}


/* more than one piece: each pattern is known by its number */

static void
test_union_pieces(void)
{
    char                  pattern[MANY][16], subject[16];
    unsigned              i, first, wrong;
    export_str_t          s;
    export_match_t        match[MANY], *list[MANY];
    export_match_union_t  u;

    for (i = 0; i < MANY; i++) {
        sprintf(pattern[i], "~^p%u$", i);
        list[i] = &match[i];

        if (!compile(list[i], pattern[i], EXPORT_OK)) {
            ok(0, "\"%s\"", pattern[i]);
        }
    }

    is_int(export_match_union(&u, list, MANY, &pool), EXPORT_OK, "joined");
    ok(u.certain && u.n > 1, "... in %u pieces", u.n);

    for (wrong = 0, i = 0; i < MANY; i++) {
        sprintf(subject, "p%u", i);
        s = str(subject);
        wrong += export_match_might(&u, scratch, &s, &first) != EXPORT_OK
                 || first != i;
    }

    is_int(wrong, 0, "... each is found");

    s = str("p");
    is_int(export_match_might(&u, scratch, &s, &first), EXPORT_DECLINED,
           "... and nothing else");

    export_match_union_free(&u);

    for (i = 0; i < MANY; i++) {
        export_match_free(&match[i]);
    }

    pool_free();
}


static void
test_union(void)
{
    char                  big[3000];
    unsigned              first;
    export_str_t          s;
    export_match_t        match[3], *list[3];
    export_match_union_t  u;

    list[0] = &match[0];
    list[1] = &match[1];
    list[2] = &match[2];

    ok(compile(&match[0], "~a|b", EXPORT_OK)
       && compile(&match[1], "~*C$", EXPORT_OK)
       && compile(&match[2], "~^d", EXPORT_OK), "three to join");

    is_int(export_match_union(&u, list, 3, &pool), EXPORT_OK, "joined");
    is_int(u.certain, 1, "... certain");

    s = str("xxC");
    is_int(export_match_might(&u, scratch, &s, &first), EXPORT_OK, "case");
    is_int(first, 1, "... which");
    s = str("D");
    is_int(export_match_might(&u, scratch, &s, &first), EXPORT_DECLINED,
           "one's option is not another's");
    s = str("xd");
    is_int(export_match_might(&u, scratch, &s, &first), EXPORT_DECLINED,
           "an anchor");
    s = str("da");
    is_int(export_match_might(&u, scratch, &s, &first), EXPORT_OK, "two");
    export_match_union_free(&u);
    is_int(u.certain, 0, "freed, it might");
    is_int(export_match_might(&u, scratch, &s, &first), EXPORT_OK, "... all");
    export_match_union_free(&u);

    is_int(export_match_union(&u, list, 0, &pool), EXPORT_OK, "of none");
    is_int(export_match_might(&u, scratch, &s, &first), EXPORT_DECLINED,
           "... none matches");
    export_match_union_free(&u);

    pool_limit = pool_n;
    is_int(export_match_union(&u, list, 3, &pool), EXPORT_ERROR, "no memory");
    export_match_union_free(&u);
    pool_free();

    export_match_free(&match[2]);
    ok(compile(&match[2], "~(x)\\1", EXPORT_OK), "a back reference");
    is_int(export_match_union(&u, list, 3, &pool), EXPORT_OK, "not joined");
    s = str("xyz");
    is_int(export_match_might(&u, scratch, &s, &first), EXPORT_OK, "might");
    is_int(first, 0, "... the first");
    export_match_union_free(&u);

    /* over 64K of code in one, though not in each */

    export_match_free(&match[2]);
    memset(big, 'x', sizeof(big));
    memcpy(big, "~(?:abcdefgh){900}(?:abcdefgh){900}", 35);
    big[35] = '\0';
    ok(compile(&match[2], big, EXPORT_OK), "a large one");
    list[0] = list[1] = &match[2];
    is_int(export_match_union(&u, list, 3, &pool), EXPORT_OK, "too large");
    is_int(export_match_might(&u, scratch, &s, &first), EXPORT_OK, "might");
    export_match_union_free(&u);

    export_match_free(&match[0]);
    export_match_free(&match[1]);
    export_match_free(&match[2]);

    /* a limit is not a no */

    ok(compile(&match[0], "~^(a+)+$", EXPORT_OK)
       && compile(&match[1], "~b", EXPORT_OK), "a slow one");
    list[0] = &match[0];
    list[1] = &match[1];
    is_int(export_match_union(&u, list, 2, &pool), EXPORT_OK, "joined");
    memset(big, 'a', 100);
    memcpy(big + 100, "!", 2);
    s = str(big);
    is_int(export_match(&match[0], scratch, &s), EXPORT_ERROR, "a limit");
    is_int(export_match_might(&u, scratch, &s, &first), EXPORT_OK, "might");
    export_match_union_free(&u);
    export_match_free(&match[0]);
    export_match_free(&match[1]);

    pool_free();
}


/* what is too long to be tried, and what lacks too much to fit */

static const struct {
    const char  *pattern;
    const char  *end;
    int          rc;
} longs[] = {
    { "~/v\\d+(?:beta)?/files$", "/v1/file", EXPORT_DECLINED },
    { "~/v\\d+(?:beta)?/files$", "/v1/files", EXPORT_ERROR },
    { "~/v\\d+(?:beta)?/files$", "/v/files", EXPORT_ERROR },
    { "~/files/v\\d", "/v1/files", EXPORT_DECLINED },
    { "~/files/v\\d", "/FILES/V", EXPORT_ERROR },
    { "~/files|/uploads", "/file/upload", EXPORT_DECLINED },
    { "~/files|/uploads", "/uploads", EXPORT_ERROR },
    { "~/(?:files|uploads)", "", EXPORT_ERROR },
    { "~train(?:ing|er)?$", "/trai", EXPORT_DECLINED },
    { "~train(?:ing|er)?$", "/train", EXPORT_ERROR },
    { "~/fine[-_]?tun", "/fine", EXPORT_DECLINED },
    { "~/fine[^]]?tun", "/fine/tun", EXPORT_ERROR },
    { "~/xy*z+?y", "/xzy", EXPORT_ERROR },
    { "~/xy{0,2}z{2}w", "/xw", EXPORT_ERROR },
    { "~/xy{0,2}z{2}w", "/yw", EXPORT_DECLINED },
    { "~x\\.y", "x-y", EXPORT_DECLINED },
    { "~x\\.y", "x.y", EXPORT_ERROR },
    { "~\\x79\\x7a", "yz", EXPORT_ERROR },
    { "~[[:alpha:]]z", "", EXPORT_ERROR },
    { "~(?i)z", "", EXPORT_ERROR },
    { "~\\Qz", "", EXPORT_ERROR },
    { "~.*", "", EXPORT_ERROR },
    { "z", "", EXPORT_DECLINED },
};


static void
test_long(void)
{
    size_t          i, len;
    u_char         *text;
    export_str_t    s;
    export_match_t  match;

    text = malloc(EXPORT_MATCH_SUBJECT + 20);

    for (i = 0; i < sizeof(longs) / sizeof(longs[0]); i++) {
        ok(compile(&match, longs[i].pattern, EXPORT_OK), "\"%s\"",
           longs[i].pattern);

        len = strlen(longs[i].end);
        memset(text, '/', EXPORT_MATCH_SUBJECT);
        memcpy(text + EXPORT_MATCH_SUBJECT, longs[i].end, len);
        text[EXPORT_MATCH_SUBJECT + len] = '/';

        s.data = text;
        s.len = EXPORT_MATCH_SUBJECT + len + 1;

        is_int(export_match(&match, scratch, &s), longs[i].rc,
               "... with \"%s\"", longs[i].end);
        export_match_free(&match);
    }

    free(text);
}


/* on subjects that can be matched too: what is hopeless does not match */

static void
test_long_random(void)
{
    char            pattern[80], error[EXPORT_MATCH_ERROR], subject[16];
    unsigned        i, k, hopeless, wrong;
    export_str_t    s;
    export_match_t  match;

    hopeless = wrong = 0;

    for (i = 0; i < 20000; i++) {
        random_pattern(pattern, sizeof(pattern));
        s = str(pattern);

        if (export_match_compile(&match, &s, error) != EXPORT_OK) {
            continue;
        }

        for (k = 0; k < 20; k++) {
            random_subject(subject);
            s = str(subject);

            if (!export_match_hopeless(&match, &s)) {
                continue;
            }

            hopeless++;

            if (export_match(&match, scratch, &s) == EXPORT_OK) {
                wrong++;
                printf("# \"%s\" on \"%s\"\n", pattern, subject);
            }
        }

        export_match_free(&match);
    }

    is_int(wrong, 0, "%u are hopeless", hopeless);
    ok(hopeless > 10000, "... enough of them");
}


int
main(void)
{
    scratch = export_match_scratch_create();

    test_compile();
    test_text();
    test_match();
    test_limits();
    test_long();
    test_long_random();
    test_union();
    test_union_pieces();
    test_union_random();

    export_match_scratch_free(scratch);
    export_match_scratch_free(NULL);

    return done_testing();
}
