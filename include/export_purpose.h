
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
 * What may be declared.  Where the list is closed, a value on neither is no
 * declaration at all: EXPORT_PURPOSE_UNLISTED.
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
 * (export_words.h), whatever is between them and in any case.  One of several
 * words is also found among others, but for "no", "not" or "non" before it; one
 * of a single word is the item or is not there.  An item that is one but for
 * one edit (a letter too many, missing or another, or two exchanged) makes the
 * value malformed if the literal has six letters or digits, and so does such a
 * word of six among the others of a literal that is found among more.
 *
 * A parameter without a value is looked through for literals of several words,
 * since some divide their lists with ";".
 *
 * A regex is tried on the value and on each item.  What is not training is
 * something else, unless it is all punctuation: a literal of "other" is
 * compared with the whole item, and is no misspelling of training.
 *
 * Control characters, bytes that are not ASCII, encoded words (RFC 2047), %XX,
 * backslashes (RFC 9110, section 5.6.4), open quotes, and an item of over
 * EXPORT_WORDS_MAX letters and digits make a value malformed; what can be read
 * of it still counts.
 */

void export_purpose_declared(const export_purposes_t *purposes,
    export_match_scratch_t *scratch, const export_str_t *value,
    export_facts_t *facts);


/* the same with nothing but a list of training */

void export_purpose_value(const export_match_t *patterns, unsigned n,
    export_match_scratch_t *scratch, const export_str_t *value,
    export_facts_t *facts);


#endif /* _EXPORT_PURPOSE_H_INCLUDED_ */
