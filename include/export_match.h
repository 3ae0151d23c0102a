
/*
 * Patterns of the configuration: a literal, compared whole and without
 * regard to case, "~regex" or "~*regex" (PCRE2, JIT-compiled).  The only
 * file with PCRE2 is export_match.c.
 *
 * A regex sees bytes, not characters; "$" is the very end.  Every execution
 * is limited, so that no rule and no input can stall a worker: running into a
 * limit is EXPORT_ERROR, never "no match".
 */


#ifndef _EXPORT_MATCH_H_INCLUDED_
#define _EXPORT_MATCH_H_INCLUDED_


#include "export.h"


#define EXPORT_MATCH_LIMIT   100000     /* backtracking points of the attempts
                                           that begin at one place in the
                                           subject */
#define EXPORT_MATCH_TOTAL   0x4000000  /* ... at all places together: tens of
                                           ms, and less than a second with the
                                           most contrived regex */
#define EXPORT_MATCH_SUBJECT 16384      /* bytes matched by a regex; a greedy
                                           ".*a.*b" takes quadratic time and
                                           never reaches the limits above */
#define EXPORT_MATCH_HEAP    1024       /* KiB, when there is no JIT */
#define EXPORT_MATCH_ERROR   128        /* bytes for an error's text */


typedef struct {
    export_str_t   text;                /* as configured; kept by reference */
    unsigned       caseless:1;
    void          *code;                /* NULL: a literal */
    uint64_t       bytes;               /* a literal's letters and digits, as
                                           export_bytes() */
    unsigned       size;                /* the number of them; 0 for a regex
                                           and for a text that is not ASCII */
    unsigned       words;               /* the number of words they make */
} export_match_t;


/*
 * Many patterns as one, so that a few executions tell whether any of them
 * might match.  If one pattern is not joinable, the answer is always "might".
 */

typedef struct {
    void         **code;                /* regexes of some patterns each */
    unsigned       n;
    unsigned       certain:1;           /* all patterns are in "code" */
} export_match_union_t;


/* memory for one execution at a time; create() is NULL if out of memory */

typedef struct export_match_scratch_s  export_match_scratch_t;

export_match_scratch_t *export_match_scratch_create(void);
void export_match_scratch_free(export_match_scratch_t *scratch);


/*
 * EXPORT_OK; or EXPORT_ERROR with a lower-case text in error.  The result is
 * released with export_match_free().
 */

int export_match_compile(export_match_t *match, const export_str_t *pattern,
    char error[EXPORT_MATCH_ERROR]);
void export_match_free(export_match_t *match);


/* the pattern as it was configured */

static inline const export_str_t *
export_match_text(const export_match_t *match)
{
    return &match->text;
}


/*
 * EXPORT_OK if the pattern matches, EXPORT_DECLINED if not, EXPORT_ERROR past a
 * limit.  A regex on a subject of over EXPORT_MATCH_SUBJECT bytes is past a
 * limit, unless the subject lacks characters that every match has.
 */

int export_match(const export_match_t *match, export_match_scratch_t *scratch,
    const export_str_t *s);


/*
 * 1 if a pattern can be part of a union: a regex without references, verbs,
 * inline options, comments and the like, which means the same within a larger
 * regex.  0 for a literal.
 */

int export_match_joinable(const export_match_t *match);


/*
 * Joins n patterns.  If they cannot be joined the union answers "might" to
 * everything.  EXPORT_ERROR only if out of memory.
 */

int export_match_union(export_match_union_t *u, export_match_t *const *match,
    unsigned n, const export_pool_t *pool);
void export_match_union_free(export_match_union_t *u);


/*
 * EXPORT_OK if one of the patterns might match, most likely the one of number
 * *first; EXPORT_DECLINED if none does.
 */

int export_match_might(const export_match_union_t *u,
    export_match_scratch_t *scratch, const export_str_t *s, unsigned *first);


#endif /* _EXPORT_MATCH_H_INCLUDED_ */
