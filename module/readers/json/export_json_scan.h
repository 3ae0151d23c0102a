
/*
 * What the byte by byte reader (export_json.c), the block scanner
 * (export_json_scan.c) and what both ask of names (export_json_near.c) know of
 * each other.  It is no contract: of the rest of the module nobody includes
 * this header.
 *
 * The scanner looks at blocks of 64 bytes as bit masks, and it only ever
 * accepts.  In front of the first block that is malformed, over a limit or
 * merely unusual the scanner stops, and the reader goes on byte by byte, so
 * that every refusal is the reader's.
 */


#ifndef _EXPORT_JSON_SCAN_H_INCLUDED_
#define _EXPORT_JSON_SCAN_H_INCLUDED_


#include "export_json.h"


#define EXPORT_JSON_BLOCK        64
#define EXPORT_JSON_BATCH        (16 * EXPORT_JSON_BLOCK)
                                        /* the most bytes that the scanner
                                           takes at once */
#define EXPORT_JSON_LOOK         16     /* bytes behind a batch that the
                                           scanner reads too, where an escape,
                                           an exponent or a literal begins in
                                           the batch and ends behind it */
#define EXPORT_JSON_SCAN_AHEAD   (EXPORT_JSON_BLOCK + EXPORT_JSON_LOOK)
#define EXPORT_JSON_SCAN_DEPTH   63     /* the scanner keeps the kinds of the
                                           open containers in one word */


#define EXPORT_JSON_CASE_BIT     0x20   /* is set in a name's last byte before
                                           the byte is compared, which makes
                                           letters lower case */


/*
 * What the reader expects next, or what the next byte is inside of.  The
 * states of a number are the last ones, in the order of the rows of
 * export_json_numbers[].
 */

enum {
    EXPORT_JSON_BEGIN = 0,          /* the first record */
    EXPORT_JSON_BETWEEN,            /* LINES: the next record, or the end */
    EXPORT_JSON_TRAILER,            /* TEXT: white space, or the end */
    EXPORT_JSON_FIRST_MARK,         /* SEQ: the first RS, or the end */
    EXPORT_JSON_MARK,               /* SEQ: LF, RS, or the end */
    EXPORT_JSON_FIRST_KEY,          /* a member's name, or "}" */
    EXPORT_JSON_KEY,                /* a member's name */
    EXPORT_JSON_COLON,
    EXPORT_JSON_FIRST_ITEM,         /* an element, or "]" */
    EXPORT_JSON_VALUE,              /* a member's value, or an element */
    EXPORT_JSON_AFTER,              /* behind a value: ",", "}" or "]" */
    EXPORT_JSON_STRING,
    EXPORT_JSON_TRAIL,              /* a byte that continues a character */
    EXPORT_JSON_ESCAPE,             /* the byte behind a backslash */
    EXPORT_JSON_HEX,                /* a digit of "\uXXXX" */
    EXPORT_JSON_PAIR,               /* the backslash of a low surrogate */
    EXPORT_JSON_PAIR_ESCAPE,        /* the "u" of a low surrogate */
    EXPORT_JSON_LITERAL,            /* the next letter of true, false, null */
    EXPORT_JSON_MINUS,              /* numbers: the byte behind a "-" */
    EXPORT_JSON_ZERO,
    EXPORT_JSON_INT,
    EXPORT_JSON_POINT,
    EXPORT_JSON_FRACTION,
    EXPORT_JSON_EXPONENT,
    EXPORT_JSON_EXPONENT_SIGN,
    EXPORT_JSON_EXPONENT_INT,

    EXPORT_JSON_STATES
};


/* a scanner is written once for each instruction set */

typedef struct {
    const char           *name;
    export_json_scan_pt   scan;
    int                 (*supported)(void);     /* by the processor; NULL: by
                                                   every processor */
} export_json_scanner_t;

/* the fastest scanner first; the last row is all null */

extern const export_json_scanner_t  export_json_scanners[];

int export_json_supported(const export_json_scanner_t *scanner);

/*
 * The fastest scanner that this processor supports, or NULL if there is none,
 * or if a wanted name is one that no scanner can find.
 */

export_json_scan_pt export_json_scanner(const export_json_t *json);

/* 1 if a scanner can take over in the reader's state */

int export_json_scannable(const export_json_t *json);

/*
 * 1 if a member's name in the innermost object is near (export_field.h) to a
 * name that is wanted there.
 */

int export_json_near(const export_json_t *json, const export_str_t *name);

/* the same by the name's core (export_field_core()) */

int export_json_near_core(const export_json_t *json, const export_str_t *core);

/* skips a string's ordinary bytes: ASCII without controls, '"' and '\' */

const u_char *export_json_skip(const u_char *p, const u_char *last);


/* the place of "p" in all that was fed */

static inline uint64_t
export_json_offset(const export_json_t *json, const u_char *p)
{
    return json->offset + (uint64_t) (p - json->base);
}


/* the innermost open container, by which per-container state is indexed */

static inline unsigned
export_json_innermost(const export_json_t *json)
{
    return json->depth - 1;
}


/*
 * How deep the innermost container is inside of its record: the index of the
 * token of a pointer that is compared with the names of its members.
 */

static inline unsigned
export_json_level(const export_json_t *json)
{
    return json->depth - json->top - 1;
}


/*
 * The byte behind a record's limit ends the reading, so a run of bytes that
 * are taken together may not go on past that byte.
 */

static inline void
export_json_set_last(export_json_t *json)
{
    uint64_t  remaining;

    json->last = json->end;
    remaining = json->stop - json->offset;

    if (remaining < (uint64_t) (json->end - json->base)) {
        json->last = json->base + remaining;
    }
}


/* gives the record that began at "start" the room that a record may have */

static inline void
export_json_set_stop(export_json_t *json)
{
    json->stop = json->start + json->limits.record + 1;
    export_json_set_last(json);
}


static inline void
export_json_record_start(export_json_t *json, const u_char *p)
{
    json->start = export_json_offset(json, p);
    export_json_set_stop(json);
}


/* a record's last byte is the one before "p"; sets and returns json->rc */

static inline int
export_json_record_end(export_json_t *json, const u_char *p)
{
    uint64_t  end;

    end = export_json_offset(json, p);

    if (end - json->start > json->limits.record) {
        json->rc = EXPORT_LIMIT;
        return json->rc;
    }

    json->newline = 0;
    json->stop = UINT64_MAX;
    json->last = json->end;
    json->rc = json->sink->record(json->sink->data, json->start, end);

    return json->rc;
}


/*
 * Notes that the innermost object has these fields.  Returns EXPORT_ERROR,
 * with json->rc set, if one of them may not come again in the object.
 */

static inline int
export_json_meet(export_json_t *json, uint32_t found, export_spelt_e spelt)
{
    unsigned      level;
    export_met_t  met;

    level = export_json_innermost(json);
    met.seen = json->seen[level];

    /* nearly every wanted name is a new one in the configured spelling */

    if (spelt == EXPORT_SPELT_SAME && met.seen && !(met.seen & found)) {
        json->seen[level] |= found;
        json->rc = EXPORT_OK;
        return EXPORT_OK;
    }

    /* two spellings are told apart in the outer levels only, and never of
       the member that holds the records */

    if (level >= EXPORT_JSON_MAX_SPELT || (met.seen & found & json->records)) {
        json->seen[level] |= found;
        json->rc = (met.seen & found) ? EXPORT_ERROR : EXPORT_OK;
        return json->rc;
    }

    /* "upper" and "other" are set by an object's first field */

    met.upper = met.seen ? json->upper[level] : 0;
    met.other = met.seen ? json->other[level] : 0;

    json->rc = export_field_meet(&met, found, spelt);

    json->seen[level] |= found;
    json->upper[level] = met.upper;
    json->other[level] = met.other;

    return json->rc;
}


/* tells the sink of a value, for each field it belongs to; sets json->rc */

static inline int
export_json_events(export_json_t *json, uint32_t fields, export_value_e type,
    const export_str_t *value)
{
    unsigned  i;

    json->wanted = 0;

    if (fields && json->where) {
        json->where->set = 1;
        json->where->own = json->seen[export_json_innermost(json)];
    }

    for ( /* void */ ; fields; fields &= fields - 1) {
        i = (unsigned) __builtin_ctz(fields);
        json->rc = json->sink->field(json->sink->data, i, type, value);

        if (json->rc != EXPORT_OK) {
            return json->rc;
        }
    }

    return EXPORT_OK;
}


/*
 * The fields that a member of the innermost object may be: the plain ones,
 * and the pointers that have matched as far as this object.
 */

static inline uint32_t
export_json_candidates(const export_json_t *json)
{
    unsigned  level;

    level = export_json_level(json);

    return (json->roots && level < EXPORT_MAX_TOKENS)
           ? json->plain | json->match[level] : json->plain;
}


/* what a candidate's member is called: its name, or its token at this level */

static inline const export_str_t *
export_json_wanted_name(const export_json_t *json, unsigned i)
{
    const export_field_t  *field;

    field = &json->fields->field[i];

    return field->ntokens ? &field->token[export_json_level(json)]
                          : &field->name;
}


/* 1 if the innermost container is an array */

static inline int
export_json_in_array(const export_json_t *json)
{
    unsigned  level;

    level = export_json_innermost(json);

    return (json->arrays[level / 64] >> level % 64) & 1;
}


#endif /* _EXPORT_JSON_SCAN_H_INCLUDED_ */
