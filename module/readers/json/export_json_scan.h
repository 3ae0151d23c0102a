
/*
 * Between the byte by byte reader (export_json.c) and the block scanner
 * (export_json_scan.c); nobody else includes this.
 *
 * The scanner works on blocks of 64 bytes as bit masks, and only ever
 * accepts: at the first block that is malformed, over a limit or merely
 * unusual it stops in front of it, and the reader goes on byte by byte.
 */


#ifndef _EXPORT_JSON_SCAN_H_INCLUDED_
#define _EXPORT_JSON_SCAN_H_INCLUDED_


#include "export_json.h"


#define EXPORT_JSON_BLOCK        64
#define EXPORT_JSON_BATCH        (16 * EXPORT_JSON_BLOCK)
                                        /* most that is taken at once */
#define EXPORT_JSON_LOOK         16     /* bytes that are looked at behind a
                                           batch: of an escape, an exponent or
                                           a literal */
#define EXPORT_JSON_SCAN_AHEAD   (EXPORT_JSON_BLOCK + EXPORT_JSON_LOOK)
#define EXPORT_JSON_SCAN_DEPTH   63     /* one word of the "arrays" bits */


#define EXPORT_JSON_CASE_BIT     0x20   /* ends of names are compared with
                                           it set */


enum {
    EXPORT_JSON_BEGIN = 0,          /* nothing yet */
    EXPORT_JSON_BETWEEN,            /* lines */
    EXPORT_JSON_TRAILER,            /* after the only text */
    EXPORT_JSON_FIRST_MARK,         /* of a sequence */
    EXPORT_JSON_MARK,
    EXPORT_JSON_FIRST_KEY,          /* or "}" */
    EXPORT_JSON_KEY,
    EXPORT_JSON_COLON,
    EXPORT_JSON_FIRST_ITEM,         /* or "]" */
    EXPORT_JSON_VALUE,
    EXPORT_JSON_AFTER,              /* "," or the end */
    EXPORT_JSON_STRING,
    EXPORT_JSON_TRAIL,              /* bytes of a character */
    EXPORT_JSON_ESCAPE,
    EXPORT_JSON_HEX,
    EXPORT_JSON_PAIR,               /* backslash of a low surrogate */
    EXPORT_JSON_PAIR_ESCAPE,        /* "u" of it */
    EXPORT_JSON_LITERAL,
    EXPORT_JSON_MINUS,              /* from here on in numbers' order */
    EXPORT_JSON_ZERO,
    EXPORT_JSON_INT,
    EXPORT_JSON_POINT,
    EXPORT_JSON_FRACTION,
    EXPORT_JSON_EXPONENT,
    EXPORT_JSON_EXPONENT_SIGN,
    EXPORT_JSON_EXPONENT_INT
};


/* one for each instruction set, the best first, then a null row */

typedef struct {
    const char           *name;
    export_json_scan_pt   scan;
} export_json_scanner_t;

extern const export_json_scanner_t  export_json_scanners[];

int export_json_supported(const export_json_scanner_t *scanner);

/* the best that this processor supports and the names allow, or NULL */

export_json_scan_pt export_json_scanner(const export_json_t *json);

/* whether the state is one a scanner can start from */

int export_json_scannable(const export_json_t *json);

/* 1 if a name of the innermost object is near to one that is wanted there */

int export_json_near(const export_json_t *json, const export_str_t *name);

/* past the bytes of a string that need no look: ASCII, no quote or escape */

const u_char *export_json_skip(const u_char *p, const u_char *last);

/* a record may not go on past "stop", so no run of bytes may either */

static inline void
export_json_set_last(export_json_t *json)
{
    uint64_t  left;

    json->last = json->end;
    left = json->stop - json->offset;

    if (left < (uint64_t) (json->end - json->base)) {
        json->last = json->base + left;
    }
}


/* "stop" of a record that has begun at "start" */

static inline void
export_json_set_stop(export_json_t *json)
{
    json->stop = json->start + json->limits.record + 1;
    export_json_set_last(json);
}


static inline void
export_json_record_start(export_json_t *json, const u_char *p)
{
    json->start = json->offset + (uint64_t) (p - json->base);
    export_json_set_stop(json);
}


/* a record has ended before "p"; sets json->rc */

static inline int
export_json_record_end(export_json_t *json, const u_char *p)
{
    uint64_t  end;

    end = json->offset + (uint64_t) (p - json->base);

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
 * Notes a wanted name of the innermost object; EXPORT_ERROR, with json->rc
 * set, if it must not come again.
 */

static inline int
export_json_meet(export_json_t *json, uint32_t found, export_spelt_e spelt)
{
    unsigned      level;
    export_met_t  met;

    level = json->depth - 1;
    met.seen = json->seen[level];

    /* as nearly all are */

    if (spelt == EXPORT_SPELT_SAME && met.seen && !(met.seen & found)) {
        json->seen[level] |= found;
        json->rc = EXPORT_OK;
        return EXPORT_OK;
    }

    if (level >= EXPORT_JSON_MAX_SPELT || (met.seen & found & json->records)) {
        json->seen[level] |= found;
        json->rc = (met.seen & found) ? EXPORT_ERROR : EXPORT_OK;
        return json->rc;
    }

    met.upper = met.seen ? json->upper[level] : 0;
    met.other = met.seen ? json->other[level] : 0;

    json->rc = export_field_meet(&met, found, spelt);

    json->seen[level] |= found;
    json->upper[level] = met.upper;
    json->other[level] = met.other;

    return json->rc;
}


/* reports a value of the fields; sets json->rc */

static inline int
export_json_events(export_json_t *json, uint32_t fields, export_value_e type,
    const export_str_t *value)
{
    unsigned  i;

    json->wanted = 0;

    if (fields && json->where) {
        json->where->set = 1;
        json->where->own = json->seen[json->depth - 1];
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


/* the name of a field that may come next, or a pointer's at this level */

static inline const export_str_t *
export_json_wanted_name(const export_json_t *json, unsigned i)
{
    const export_field_t  *field;

    field = &json->fields->field[i];

    return field->ntokens ? &field->token[json->depth - json->top - 1]
                          : &field->name;
}


static inline int
export_json_in_array(const export_json_t *json)
{
    return (json->arrays[(json->depth - 1) / 64]
            >> (json->depth - 1) % 64) & 1;
}


#endif /* _EXPORT_JSON_SCAN_H_INCLUDED_ */
