
/*
 * The description of a job on data sent earlier: one JSON object, which names
 * data and does not hold any.  An array of objects, or of arrays, inside it is
 * taken for records, unless its member is one that the recipient is known to
 * have for something else ("lists").  The name "/" is that of the text itself,
 * which then may be an array, or of several texts.
 *
 * This looks at nothing but structure.  That the text is JSON at all is for
 * export_json.h to say, which reads it too; so nothing is read strictly here.
 */


#ifndef _EXPORT_JOB_H_INCLUDED_
#define _EXPORT_JOB_H_INCLUDED_


#include "export.h"
#include "export_match.h"


#define EXPORT_JOB_DEPTH  64        /* what is nested deeper is data */
#define EXPORT_JOB_KEY    32        /* bytes of a name; longer is on no list */


/* names of the arrays that are no records; constant */

typedef struct {
    const export_match_t    *patterns;
    unsigned                 n;
} export_job_lists_t;


typedef struct {
    const export_job_lists_t *const  *lists;    /* a listed name is on each */
    export_match_scratch_t    *scratch;
    uint64_t                   arrays;  /* a bit a level, 0 is the outermost */
    unsigned                   nlists;
    unsigned                   depth;
    unsigned                   array;   /* depth of the last member that is
                                           an array */
    unsigned                   listed;  /* depth of the array around here that
                                           is on the lists, or 0 */
    unsigned                   len;     /* of the last string, the member's
                                           name */
    unsigned                   string:1;    /* inside a string */
    unsigned                   escape:1;    /* behind a backslash in it */
    unsigned                   begun:1; /* a bracket was seen */
    unsigned                   several:1;   /* the text may be an array of
                                               objects, or many texts */
    unsigned                   data:1;  /* it is data: nothing changes that */
    u_char                     key[EXPORT_JOB_KEY]; /* how that begins */
} export_job_t;


/* "lists" must outlive the job */

void export_job_init(export_job_t *job,
    const export_job_lists_t *const *lists, unsigned nlists,
    export_match_scratch_t *scratch);

/* the next bytes; returns 1 if this is data rather than a job's description */

unsigned export_job_feed(export_job_t *job, const u_char *p, size_t len);


#endif /* _EXPORT_JOB_H_INCLUDED_ */
