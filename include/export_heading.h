
/*
 * Whether a text begins as a table or a form that has one of certain fields,
 * whatever its type says: recipients tell both by their look.
 *
 * A table's header is one of the first lines, has commas, semicolons, tabs or
 * bars between its cells, one of which is such a field's name, and a line
 * below it has no fewer of them.  A form's pairs are at the start of a line,
 * or behind "&" or ";" in it.  Quotes, byte order marks, NUL (UTF-16) and
 * "%xx" in a pair's name are undone; a name near to a field's is one, too.
 *
 *     purpose,ip<LF>a,b    "ip";"purpose"<LF>a;b    x=1&purpose=a
 */

#ifndef _EXPORT_HEADING_H_INCLUDED_
#define _EXPORT_HEADING_H_INCLUDED_


#include "export_field.h"


#define EXPORT_HEADING_LINES  4         /* that may be the header */
#define EXPORT_HEADING_BYTES  262144    /* past which nothing is looked at */
#define EXPORT_HEADING_KINDS  4         /* of separators */


typedef enum {
    EXPORT_HEADING_LINE = 0,            /* perhaps the header */
    EXPORT_HEADING_BELOW,               /* the line below it */
    EXPORT_HEADING_FOUND,
    EXPORT_HEADING_NONE
} export_heading_state_e;


typedef struct {
    const export_fields_t  *fields;
    uint32_t                wanted;     /* of those, a bit each */
    export_heading_state_e  state;
    uint32_t                bytes;
    uint32_t                above[EXPORT_HEADING_KINDS];
    uint32_t                here[EXPORT_HEADING_KINDS];
    unsigned                lines;
    unsigned                quoted:1;
    unsigned                pair:1;     /* the cell may be a pair's name */
    unsigned                cell:1;     /* one of them is such a field's */
    unsigned                begun:1;    /* the line is not empty */
    unsigned                len;        /* of the cell, all its bytes */
    u_char                  name[EXPORT_MAX_NAME];
} export_heading_t;


/* "fields" is kept by reference */

void export_heading_init(export_heading_t *heading,
    const export_fields_t *fields, uint32_t wanted);

void export_heading_feed(export_heading_t *heading, const u_char *p,
    size_t len);

void export_heading_end(export_heading_t *heading);


#endif /* _EXPORT_HEADING_H_INCLUDED_ */
