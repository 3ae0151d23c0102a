
/*
 * Tells a table or a form that has one of certain fields at the beginning of a
 * text, whatever the text's type says: recipients tell both by their look.
 *
 * A table's header is one of the first lines.  Commas, semicolons, tabs or
 * bars separate its cells, one of which is the name of such a field, and the
 * line below has no fewer separators of the same kind.  A form's pairs are at
 * the start of a line, or behind "&" or ";".  Quotes, byte order marks, NUL
 * (UTF-16) and "%xx" in a pair's name are undone.  A name near to a field's
 * (export_field.h) counts as the field's.
 *
 *     purpose,ip<LF>a,b    "ip";"purpose"<LF>a;b    x=1&purpose=a
 */

#ifndef _EXPORT_HEADING_H_INCLUDED_
#define _EXPORT_HEADING_H_INCLUDED_


#include "export_field.h"


#define EXPORT_HEADING_LINES  4         /* lines of which one may be the
                                           header */
#define EXPORT_HEADING_BYTES  262144    /* bytes that are looked at */
#define EXPORT_HEADING_KINDS  4         /* kinds of separators */


typedef enum {
    EXPORT_HEADING_LINE = 0,            /* in a line that may be the header */
    EXPORT_HEADING_BELOW,               /* in the line below a header */
    EXPORT_HEADING_FOUND,
    EXPORT_HEADING_NONE
} export_heading_state_e;


typedef struct {
    const export_fields_t  *fields;
    uint32_t                wanted;     /* the fields to look for, a bit
                                           each */
    export_heading_state_e  state;
    uint32_t                bytes;
    uint32_t                above[EXPORT_HEADING_KINDS];
    uint32_t                here[EXPORT_HEADING_KINDS];
    unsigned                lines;
    unsigned                quoted:1;
    unsigned                pair:1;     /* the cell may be the name of a form's
                                           pair */
    unsigned                cell:1;     /* a cell of the line is a wanted
                                           field's name */
    unsigned                begun:1;    /* the line is not empty */
    unsigned                len;        /* bytes of the cell, also those beyond
                                           name[] */
    u_char                  name[EXPORT_MAX_NAME];
} export_heading_t;


/*
 * "fields" is kept by reference; "wanted" has a bit for each field to look
 * for.
 */

void export_heading_init(export_heading_t *heading,
    const export_fields_t *fields, uint32_t wanted);

void export_heading_feed(export_heading_t *heading, const u_char *p,
    size_t len);

void export_heading_end(export_heading_t *heading);


#endif /* _EXPORT_HEADING_H_INCLUDED_ */
