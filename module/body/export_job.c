
#include "export_job.h"


static void export_job_string(export_job_t *job, u_char c);
static void export_job_open(export_job_t *job, unsigned array);
static void export_job_close(export_job_t *job);
static unsigned export_job_is_listed(export_job_t *job);
static unsigned export_job_is_more(const export_job_t *job, unsigned array);
static unsigned export_job_is_on_lists(export_job_t *job,
    const export_str_t *key);


void
export_job_init(export_job_t *job,
    const export_job_lists_t *const *lists, unsigned nlists,
    export_match_scratch_t *scratch)
{
    static const export_str_t  text = export_string("/");

    memset(job, 0, sizeof(export_job_t));

    job->lists = lists;
    job->nlists = nlists;
    job->scratch = scratch;
    job->several = export_job_is_on_lists(job, &text) & 1;
}


unsigned
export_job_feed(export_job_t *job, const u_char *p, size_t len)
{
    const u_char  *last;

    for (last = p + len; p < last && !job->data; p++) {

        if (job->string) {
            export_job_string(job, *p);
            continue;
        }

        switch (*p) {

        case ' ':
        case '\t':
        case '\r':
        case '\n':
            break;

        case '"':
            job->string = 1;

            /* Strings in an array are no names of members. */

            if (!(job->arrays & 1)) {
                job->len = 0;
            }

            job->data = (job->depth == 0);
            break;

        case '{':
        case '[':
            export_job_open(job, *p == '[');
            break;

        case '}':
        case ']':
            export_job_close(job);
            break;

        default:
            job->data = (job->depth == 0);
            break;
        }
    }

    return job->data;
}


/*
 * Takes a byte of a string.  The last string of an object is the name of the
 * member that follows.
 */

static void
export_job_string(export_job_t *job, u_char c)
{
    if (job->escape) {
        job->escape = 0;

    } else if (c == '"') {
        job->string = 0;
        return;

    } else if (c == '\\') {
        job->escape = 1;
    }

    if (job->arrays & 1) {
        return;
    }

    if (job->len < EXPORT_JOB_KEY) {
        job->key[job->len] = c;
    }

    job->len++;
}


static void
export_job_open(export_job_t *job, unsigned array)
{
    if (job->arrays & 1) {

        if (!export_job_is_listed(job)) {
            job->data = 1;
            return;
        }

    } else if (array && job->listed == 0) {
        job->array = job->depth + 1;
    }

    job->data = job->depth == EXPORT_JOB_DEPTH - 1
                || (job->depth == 0 && export_job_is_more(job, array));

    job->begun = 1;

    if (job->data) {
        return;
    }

    if (job->depth == 0 && array) {
        job->listed = 1;
    }

    job->arrays = job->arrays << 1 | array;
    job->depth++;
}


/* 1 if the innermost array is listed, or is inside a listed one */

static unsigned
export_job_is_listed(export_job_t *job)
{
    export_str_t  key;

    if (job->listed) {
        return 1;
    }

    key.len = job->len;
    key.data = job->key;

    if (!export_job_is_on_lists(job, &key)) {
        return 0;
    }

    job->listed = job->array;

    return 1;
}


/* 1 if a text is an array, or a second text, where lists allow neither */

static unsigned
export_job_is_more(const export_job_t *job, unsigned array)
{
    return !job->several && (array || job->begun);
}


static void
export_job_close(export_job_t *job)
{
    if (job->depth == 0) {
        job->data = 1;
        return;
    }

    if (job->listed == job->depth) {
        job->listed = 0;
    }

    job->arrays >>= 1;
    job->depth--;
}


/* 1 if a name is on each of the lists */

static unsigned
export_job_is_on_lists(export_job_t *job, const export_str_t *key)
{
    unsigned                   i, k;
    const export_job_lists_t  *lists;

    if (key->len == 0 || key->len > EXPORT_JOB_KEY) {
        return 0;
    }

    for (i = 0; i < job->nlists; i++) {
        lists = job->lists[i];

        for (k = 0; k < lists->n; k++) {
            if (export_match(&lists->patterns[k], job->scratch, key)
                == EXPORT_OK)
            {
                break;
            }
        }

        if (k == lists->n) {
            return 0;
        }
    }

    return job->nlists != 0;
}
