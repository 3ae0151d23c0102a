
/*
 * A text as the words it is made of, whatever divides them: people write
 * "ai-training", "AI_Training", "ai training" and "AiTraining" for one thing.
 */


#ifndef _EXPORT_WORDS_H_INCLUDED_
#define _EXPORT_WORDS_H_INCLUDED_


#include "export.h"


#define EXPORT_WORDS_MAX   1024         /* letters and digits of a text */
#define EXPORT_WORDS_EDIT  64           /* letters and digits of a text that
                                           export_words_edited() compares */


/*
 * The letters and digits (ASCII) of a text, in lower case.  A word begins
 * where edge[i] is set: behind any other byte, at a letter in upper case behind
 * one in lower case or before one ("MLTraining"), and between letters and
 * digits.  edge[len] is set as well.
 */

typedef struct {
    size_t    len;
    uint64_t  bytes;                    /* export_bytes() of "text" */
    u_char    text[EXPORT_WORDS_MAX + 1];
    u_char    edge[EXPORT_WORDS_MAX + 1];
} export_words_t;


/* EXPORT_OK, or EXPORT_ERROR if there are more than EXPORT_WORDS_MAX */

int export_words(export_words_t *words, const export_str_t *s);


/*
 * If the letters and digits of "s" stand in words->text from "i" on, the place
 * behind them there; else 0.
 */

size_t export_words_at(const export_words_t *words, size_t i,
    const export_str_t *s);


/*
 * 1 if words->text from "i" to "end" is one edit from the letters and digits of
 * "s": a letter too many, missing or replaced, or two neighbours exchanged.
 * *place is the first letter that differs.  0 if they are the same or differ
 * more, or if "s" has more than EXPORT_WORDS_EDIT.
 */

int export_words_edited(const export_words_t *words, size_t i, size_t end,
    const export_str_t *s, size_t *place);


/*
 * The size of the word of "s" that letter number "place" is in; behind the last
 * letter, the size of the last word.
 */

size_t export_words_size(const export_str_t *s, size_t place);


#endif /* _EXPORT_WORDS_H_INCLUDED_ */
