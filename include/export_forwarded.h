
/*
 * The for= nodes of one Forwarded header line (RFC 7239, sections 4 and 6).
 *
 *     Forwarded  element *( "," element ), empty elements tolerated
 *                (RFC 9110, section 5.6.1.2)
 *     element    pair *( ";" pair ), empty pairs as the RFC has them
 *     pair       token "=" ( token / quoted-string ), no spaces around "=",
 *                each name at most once in an element, in any case
 *     node       ( IPv4 / "[" IPv6 "]" / "unknown" / obfuscated )
 *                [ ":" ( port / obfuscated ) ]
 *     port       1*5DIGIT, at most 65535
 *
 * Spaces and tabs are allowed around "," and ";".  Only quoted strings can
 * hold a colon or a bracket, so that for=1.2.3.4:80 and for=[::1] are
 * malformed, as is an IPv6 address without its brackets.  Addresses are what
 * export_address_parse() takes; it also unwraps them.
 *
 * Elements without for= are skipped; the values of other parameters must be
 * well-formed, and do not matter.
 */


#ifndef _EXPORT_FORWARDED_H_INCLUDED_
#define _EXPORT_FORWARDED_H_INCLUDED_


#include "export.h"
#include "export_address.h"


#define EXPORT_MAX_PAIRS  16        /* in an element; four are registered,
                                       names are compared with each other */
#define EXPORT_MAX_NODE   256       /* bytes of a node, unescaped; an address
                                       with its port has 53 */


typedef struct {
    const u_char  *pos;             /* the rest of the line */
    const u_char  *last;
} export_forwarded_t;


/* "line" is one field line's value and must outlive the reader */

void export_forwarded_init(export_forwarded_t *forwarded,
    const export_str_t *line);


/*
 * The next for= node.
 *
 *     EXPORT_OK        an address, in *address
 *     EXPORT_DECLINED  a node that is none: "unknown" or obfuscated
 *     EXPORT_ERROR     malformed: nothing on the line can be trusted, not
 *                      even the nodes returned before; asked again, the
 *                      answer is the same
 *     EXPORT_DONE      the end; a line may have no node at all
 *
 * With EXPORT_OK and EXPORT_DECLINED *node is the node as sent, without its
 * quotes, still escaped, a part of the line.
 */

int export_forwarded_next(export_forwarded_t *forwarded, export_str_t *node,
    export_address_t *address);


#endif /* _EXPORT_FORWARDED_H_INCLUDED_ */
