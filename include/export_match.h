
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


#define EXPORT_MATCH_LIMIT   100000     /* backtracking points from one place
                                           in the subject on */
#define EXPORT_MATCH_TOTAL   0x4000000  /* ... and from all of them: tens
                                           of ms, and less than a second with
                                           the most contrived regex */
#define EXPORT_MATCH_SUBJECT 16384      /* bytes matched by a regex: a greedy
                                           ".*a.*b" is quadratic, and never
                                           reaches the limits above */
#define EXPORT_MATCH_HEAP    1024       /* KiB, when there is no JIT */
#define EXPORT_MATCH_ERROR   128        /* bytes for an error's text */


typedef struct {
    export_str_t   text;                /* as configured; kept by reference */
    unsigned       caseless:1;
    void          *code;                /* NULL: a literal */
    uint64_t       bytes;               /* its letters and digits, as
                                           export_bytes() */
    unsigned       size;                /* how many it has; 0 for a regex and
                                           for what is not ASCII */
    unsigned       words;               /* that they make */
} export_match_t;


/*
 * Many patterns as one: tells in one execution whether any of them might
 * match.  A pattern that is not joinable makes it "might" for all.
 */

typedef struct {
    void         **code;                /* joined, in pieces */
    unsigned       n;
    unsigned       certain:1;           /* its "no" is a no */
} export_match_union_t;


/* what one execution needs; one for each thread; NULL if out of memory */

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


/*
 * EXPORT_OK, EXPORT_DECLINED, or EXPORT_ERROR past a limit, which a regex and
 * a subject of over EXPORT_MATCH_SUBJECT bytes always is, unless the subject
 * lacks the regex's literal characters.
 */

int export_match(const export_match_t *match, export_match_scratch_t *scratch,
    const export_str_t *s);


/*
 * Whether a pattern can be part of a union: 1 for a regex without references,
 * verbs, inline options, comments and the like, so that it means the same
 * within a larger one; 0 for a literal.
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
 * EXPORT_OK: one of them might match, most likely number *first;
 * EXPORT_DECLINED: none does.
 */

int export_match_might(const export_match_union_t *u,
    export_match_scratch_t *scratch, const export_str_t *s, unsigned *first);


#endif /* _EXPORT_MATCH_H_INCLUDED_ */
