
#include "tap.h"

#include "../../module/text/export_words.c"

#include "pool.h"


typedef struct {
    const char  *text;
    const char  *words;                 /* a blank before each edge */
} split_t;


typedef struct {
    const char  *text;
    const char  *of;
    int          edited;
} edit_t;


static const split_t  splits[] = {
    { "", "" },
    { "-_ .", "" },
    { "AI_Training", "ai training" },
    { "AiTraining", "ai training" },
    { "MLTraining", "ml training" },
    { "MLTRAINING", "mltraining" },
    { "ai\ttraining2026v2", "ai training 2026 v 2" },
    { "\xef\xbb\xbfip[]", "ip" },
};


static const edit_t  edits[] = {
    { "training", "training", 0 },
    { "traning", "training", 1 },
    { "ttraining", "training", 1 },
    { "trainingx", "tra-ining", 1 },
    { "trainin", "training", 1 },
    { "traininh", "training", 1 },
    { "rtaining", "training", 1 },
    { "trainign", "training", 1 },
    { "trainig", "training", 1 },
    { "rtainign", "training", 0 },
    { "trainingxx", "training", 0 },
    { "train", "training", 0 },
};


int
main(void)
{
    size_t          i, k, n, place;
    char            buf[64];
    export_str_t    s, of;
    export_words_t  words;
    static u_char   many[EXPORT_WORDS_MAX + 1];

    for (i = 0; i < sizeof(splits) / sizeof(split_t); i++) {
        s = str(splits[i].text);
        is_int(export_words(&words, &s), EXPORT_OK, "words, %zu", i);

        for (n = 0, k = 0; k < words.len; k++) {
            if (words.edge[k] && k) {
                buf[n++] = ' ';
            }

            buf[n++] = (char) words.text[k];
        }

        buf[n] = '\0';
        ok(strcmp(buf, splits[i].words) == 0, "... are \"%s\"", buf);
    }

    for (i = 0; i < sizeof(edits) / sizeof(edit_t); i++) {
        s = str(edits[i].text);
        of = str(edits[i].of);
        (void) export_words(&words, &s);

        is_int(export_words_edited(&words, 0, words.len, &of, &place),
               edits[i].edited, "\"%s\" of \"%s\"", edits[i].text,
               edits[i].of);
    }

    s = str("use ai-training");
    (void) export_words(&words, &s);
    of = str("AI Training");
    is_int((int) export_words_at(&words, 3, &of), 13, "found");
    is_int((int) export_words_at(&words, 2, &of), 0, "not there");
    is_int((int) export_words_size(&of, 1), 2, "size of the first word");
    is_int((int) export_words_size(&of, 2), 8, "... of the second");
    is_int((int) export_words_size(&of, 10), 8, "... behind the end");

    memset(many, 'a', sizeof(many));
    s.data = many;
    s.len = EXPORT_WORDS_MAX;
    is_int(export_words(&words, &s), EXPORT_OK, "as many as fit");
    s.len++;
    is_int(export_words(&words, &s), EXPORT_ERROR, "one more");

    return done_testing();
}
