
/*
 * The description of a job on data sent earlier: one JSON object, which names
 * data and does not hold any.  An array of objects, or of arrays, in the
 * description is taken for records, unless the array's name is on the
 * recipient's "lists" of names that stand for something else.  The name "/"
 * stands for the text itself, which then may be an array, or several texts.
 *
 * Only the structure is looked at, and nothing is read strictly: whether the
 * text is JSON at all is for the reader of export_json.h to say, which is fed
 * the same bytes.
 */


#ifndef _EXPORT_JOB_H_INCLUDED_
#define _EXPORT_JOB_H_INCLUDED_


#include "export.h"
#include "export_match.h"


#define EXPORT_JOB_DEPTH  64        /* levels; whatever is nested deeper is
                                       data */
#define EXPORT_JOB_KEY    32        /* bytes of a name; a longer name is on no
                                       list */


/* Names of the arrays that hold no records; constant. */

typedef struct {
    const export_match_t    *patterns;
    unsigned                 n;
} export_job_lists_t;


typedef struct {
    const export_job_lists_t *const  *lists;    /* a name is listed if it is on
                                                   each of these */
    export_match_scratch_t    *scratch;
    uint64_t                   arrays;  /* a bit for each open container, set
                                           for an array; the lowest bit is the
                                           innermost */
    unsigned                   nlists;
    unsigned                   depth;
    unsigned                   array;   /* depth of the last array that is a
                                           member's value */
    unsigned                   listed;  /* depth of the listed array that the
                                           next byte is in, or 0 */
    unsigned                   len;     /* bytes of the last string */
    unsigned                   string:1;    /* inside a string */
    unsigned                   escape:1;    /* behind a backslash in it */
    unsigned                   begun:1; /* a bracket was seen */
    unsigned                   several:1;   /* the lists allow an array of
                                               objects, or several texts */
    unsigned                   data:1;  /* data was found: the answer is
                                           final */
    u_char                     key[EXPORT_JOB_KEY]; /* beginning of the last
                                                       string */
} export_job_t;


/* "lists" must outlive "job". */

void export_job_init(export_job_t *job,
    const export_job_lists_t *const *lists, unsigned nlists,
    export_match_scratch_t *scratch);

/*
 * Takes the next bytes.  Returns 1 if the text is data rather than a job's
 * description.
 */

unsigned export_job_feed(export_job_t *job, const u_char *p, size_t len);


#endif /* _EXPORT_JOB_H_INCLUDED_ */
