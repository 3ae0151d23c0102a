
/*
 * Purpose: is this transfer AI training?  Any evidence from any source wins
 * over any declaration of something else.
 */


#ifndef _EXPORT_PURPOSE_H_INCLUDED_
#define _EXPORT_PURPOSE_H_INCLUDED_


#include "export.h"
#include "export_facts.h"
#include "export_match.h"


/*
 * The values that may be declared.  If "closed", an item on neither list
 * declares nothing: EXPORT_PURPOSE_UNLISTED; otherwise such an item declares
 * another purpose.
 */

typedef struct {
    const export_match_t  *training;
    unsigned               ntraining;
    const export_match_t  *other;
    unsigned               nother;
    unsigned               closed:1;
} export_purposes_t;


/*
 * Joins what one value says to facts->purpose.  The value is a header line, a
 * decoded argument or a field: a list of items, which may have parameters.
 *
 * A literal of training is compared with each item by its words
 * (export_words.h), in any case and whatever stands between the words.  A
 * literal of several words is also found among other words, unless "no", "not"
 * or "non" stands before it; a literal of one word must be the whole item.
 *
 * A value is malformed if an item is one edit (export_words_edited()) from a
 * literal of at least six letters and digits, or if words in it are one edit
 * from a literal of several words and the word that differs has six.
 *
 * A parameter without a value is searched for literals of several words, since
 * some callers divide their lists with ";".
 *
 * A regex is tried on the whole value and on each item.  A value that is not
 * training is another purpose, unless it is all punctuation.  A literal of
 * "other" is compared with the whole item, and an item that is one is no
 * misspelling of training.
 *
 * Control characters, bytes that are not ASCII, encoded words (RFC 2047), %XX,
 * backslashes (RFC 9110, section 5.6.4), open quotes, and an item of over
 * EXPORT_WORDS_MAX letters and digits make a value malformed; evidence of
 * training in the rest of the value still counts.
 */

void export_purpose_declared(const export_purposes_t *purposes,
    export_match_scratch_t *scratch, const export_str_t *value,
    export_facts_t *facts);


/* export_purpose_declared() with a list of training only */

void export_purpose_value(const export_match_t *patterns, unsigned n,
    export_match_scratch_t *scratch, const export_str_t *value,
    export_facts_t *facts);


#endif /* _EXPORT_PURPOSE_H_INCLUDED_ */
