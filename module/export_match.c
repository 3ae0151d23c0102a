
#ifndef _GNU_SOURCE
#define _GNU_SOURCE                     /* stpcpy() */
#endif
#define PCRE2_CODE_UNIT_WIDTH  8

#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>

#include "export_match.h"
#include "export_bytes.h"


#define EXPORT_MATCH_PIECE  64          /* patterns joined into one; PCRE2
                                           gives up at 64K of code */


struct export_match_scratch_s {
    pcre2_match_data     *data;
    pcre2_match_context  *context;
    uint32_t              limit;        /* that of context */
};


static void export_match_words(export_match_t *match);
static pcre2_code *export_match_code(const u_char *pattern, size_t len,
    uint32_t options, char error[EXPORT_MATCH_ERROR]);
static int export_match_exec(pcre2_code *code,
    export_match_scratch_t *scratch, const export_str_t *s);
static pcre2_code *export_match_join(export_match_t *const *match,
    unsigned first, unsigned n);


export_match_scratch_t *
export_match_scratch_create(void)
{
    export_match_scratch_t  *scratch;

    scratch = calloc(1, sizeof(export_match_scratch_t));
    if (scratch == NULL) {
        return NULL;
    }

    /* one pair: only whether there is a match is ever asked */

    scratch->data = pcre2_match_data_create(1, NULL);
    scratch->context = pcre2_match_context_create(NULL);

    if (scratch->data == NULL || scratch->context == NULL) {
        export_match_scratch_free(scratch);
        return NULL;
    }

    pcre2_set_depth_limit(scratch->context, EXPORT_MATCH_LIMIT);
    pcre2_set_heap_limit(scratch->context, EXPORT_MATCH_HEAP);

    return scratch;
}


void
export_match_scratch_free(export_match_scratch_t *scratch)
{
    if (scratch == NULL) {
        return;
    }

    pcre2_match_data_free(scratch->data);
    pcre2_match_context_free(scratch->context);
    free(scratch);
}


int
export_match_compile(export_match_t *match, const export_str_t *pattern,
    char error[EXPORT_MATCH_ERROR])
{
    export_str_t  text;

    memset(match, 0, sizeof(export_match_t));

    text = *pattern;

    if (text.len == 0 || text.data[0] != '~') {
        match->text = text;
        match->caseless = 1;

        if (text.len == 0) {
            snprintf(error, EXPORT_MATCH_ERROR, "empty pattern");
            return EXPORT_ERROR;
        }

        export_match_words(match);

        return EXPORT_OK;
    }

    text.data++;
    text.len--;

    if (text.len && text.data[0] == '*') {
        match->caseless = 1;
        text.data++;
        text.len--;
    }

    if (text.len == 0) {
        snprintf(error, EXPORT_MATCH_ERROR, "empty regex");
        return EXPORT_ERROR;
    }

    match->text = text;
    match->code = export_match_code(text.data, text.len,
                                    match->caseless ? PCRE2_CASELESS : 0,
                                    error);

    return match->code ? EXPORT_OK : EXPORT_ERROR;
}


void
export_match_free(export_match_t *match)
{
    pcre2_code_free(match->code);
    match->code = NULL;
}


int
export_match(const export_match_t *match, export_match_scratch_t *scratch,
    const export_str_t *s)
{
    if (match->code == NULL) {
        return export_str_same(&match->text, s) ? EXPORT_OK : EXPORT_DECLINED;
    }

    return export_match_exec(match->code, scratch, s);
}


/* what reaches beyond its place has one of a few beginnings */

int
export_match_joinable(const export_match_t *match)
{
    size_t         i;
    const u_char  *p;

    if (match->code == NULL) {
        return 0;
    }

    p = match->text.data;

    for (i = 0; i + 1 < match->text.len; i++) {

        if (p[i] == '\\') {

            /* "\c" takes any byte, also "\", as its own */

            if (strchr("123456789cgkGKQEX", p[i + 1])) {
                return 0;
            }

            i++;
            continue;
        }

        if (p[i] == '(' && p[i + 1] == '*') {
            return 0;
        }

        if (p[i] == '(' && p[i + 1] == '?'
            && (i + 2 == match->text.len || !strchr(":=!", p[i + 2])))
        {
            return 0;
        }
    }

    return 1;
}


int
export_match_union(export_match_union_t *u, export_match_t *const *match,
    unsigned n, const export_pool_t *pool)
{
    unsigned     i, k;
    pcre2_code  *code;

    memset(u, 0, sizeof(export_match_union_t));

    for (i = 0; i < n; i++) {
        if (!export_match_joinable(match[i])) {
            return EXPORT_OK;
        }
    }

    u->code = pool->alloc(pool->data, (n / EXPORT_MATCH_PIECE + 1)
                                      * sizeof(void *));
    if (u->code == NULL) {
        return EXPORT_ERROR;
    }

    for (i = 0; i < n; i += k) {
        k = n - i < EXPORT_MATCH_PIECE ? n - i : EXPORT_MATCH_PIECE;

        code = export_match_join(match + i, i, k);
        if (code == NULL) {
            export_match_union_free(u);
            return EXPORT_OK;
        }

        u->code[u->n++] = code;
    }

    u->certain = 1;

    return EXPORT_OK;
}


void
export_match_union_free(export_match_union_t *u)
{
    while (u->n) {
        pcre2_code_free(u->code[--u->n]);
    }

    u->certain = 0;
}


int
export_match_might(const export_match_union_t *u,
    export_match_scratch_t *scratch, const export_str_t *s, unsigned *first)
{
    int          rc;
    unsigned     i;
    const char  *mark;

    *first = 0;

    if (!u->certain) {
        return EXPORT_OK;
    }

    for (i = 0; i < u->n; i++) {
        rc = export_match_exec(u->code[i], scratch, s);

        if (rc == EXPORT_DECLINED) {
            continue;
        }

        /* an error is looked into, pattern by pattern, by the caller */

        if (rc == EXPORT_OK) {
            mark = (const char *) pcre2_get_mark(scratch->data);
            *first = mark ? (unsigned) strtoul(mark, NULL, 10) : 0;
        }

        return EXPORT_OK;
    }

    return EXPORT_DECLINED;
}


static void
export_match_words(export_match_t *match)
{
    u_char    c, last;
    size_t    i;
    uint64_t  bytes;

    last = 0;

    for (i = 0; i < match->text.len; i++) {
        c = match->text.data[i];
        bytes = export_bytes_set[c]
                & (EXPORT_BYTES_LETTERS|EXPORT_BYTES_DIGITS);

        if (c < ' ' || c >= 0x7f) {
            match->size = 0;
            return;
        }

        if (bytes) {
            match->bytes |= bytes;
            match->size++;
            match->words += (last == 0)
                            || (c < 'a' && c >= 'A'
                                && last >= 'a' && last <= 'z');
        }

        last = bytes ? c : 0;
    }
}


static pcre2_code *
export_match_code(const u_char *pattern, size_t len, uint32_t options,
    char error[EXPORT_MATCH_ERROR])
{
    int          n, rc;
    u_char       text[96];
    PCRE2_SIZE   offset;
    pcre2_code  *code;

    /* no UTF: pcre2_jit_match() trusts that a subject is well-formed */

    code = pcre2_compile(pattern, len,
                         options|PCRE2_DOLLAR_ENDONLY|PCRE2_NEVER_UTF, &n,
                         &offset, NULL);

    if (code == NULL) {
        pcre2_get_error_message(n, text, sizeof(text));
        snprintf(error, EXPORT_MATCH_ERROR, "%s at %zu", (char *) text,
                 (size_t) offset);
        return NULL;
    }

    /* a PCRE2 built without JIT interprets, under the same limits */

    rc = pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);

    if (rc != 0 && rc != PCRE2_ERROR_JIT_BADOPTION
        && rc != PCRE2_ERROR_NOMEMORY)
    {
        snprintf(error, EXPORT_MATCH_ERROR, "cannot be JIT-compiled");
        pcre2_code_free(code);
        return NULL;
    }

    return code;
}


static int
export_match_exec(pcre2_code *code, export_match_scratch_t *scratch,
    const export_str_t *s)
{
    int            rc;
    uint32_t       limit;
    const u_char  *data;

    if (s->len > EXPORT_MATCH_SUBJECT) {
        return EXPORT_ERROR;
    }

    /* PCRE2 counts anew wherever in the subject it begins */

    limit = s->len < EXPORT_MATCH_TOTAL / EXPORT_MATCH_LIMIT
            ? EXPORT_MATCH_LIMIT
            : (uint32_t) (EXPORT_MATCH_TOTAL / (s->len + 1));

    if (limit != scratch->limit) {
        pcre2_set_match_limit(scratch->context, limit);
        scratch->limit = limit;
    }

    data = s->data ? s->data : (const u_char *) "";

    /* half the time of pcre2_match(), which checks what we know */

    rc = pcre2_jit_match(code, data, s->len, 0, 0, scratch->data,
                         scratch->context);

    if (rc == PCRE2_ERROR_JIT_BADOPTION) {
        rc = pcre2_match(code, data, s->len, 0, 0, scratch->data,
                         scratch->context);
    }

    if (rc >= 0) {
        return EXPORT_OK;
    }

    return rc == PCRE2_ERROR_NOMATCH ? EXPORT_DECLINED : EXPORT_ERROR;
}


/* each alternative leaves its number as the mark of the match */

static pcre2_code *
export_match_join(export_match_t *const *match, unsigned first, unsigned n)
{
    char         error[EXPORT_MATCH_ERROR];
    size_t       len;
    u_char      *p, *text;
    unsigned     i;
    pcre2_code  *code;

    for (len = 0, i = 0; i < n; i++) {
        len += sizeof("|(?i:)(*:4294967295)") + match[i]->text.len;
    }

    text = malloc(len);
    if (text == NULL) {
        return NULL;
    }

    for (p = text, i = 0; i < n; i++) {
        if (i) {
            *p++ = '|';
        }

        p = (u_char *) stpcpy((char *) p,
                              match[i]->caseless ? "(?i:" : "(?:");

        memcpy(p, match[i]->text.data, match[i]->text.len);
        p += match[i]->text.len;

        p += sprintf((char *) p, ")(*:%u)", first + i);
    }

    code = export_match_code(text, (size_t) (p - text), 0, error);

    free(text);

    return code;
}
