
/*
 * The text of one IP address, strictly.
 *
 * Accepted: an IPv4 dotted quad of four decimal numbers without leading zeros
 * (RFC 6943, section 3.1.1, the strict form), and IPv6 as in RFC 4291,
 * section 2.2 (as inet_pton does).  Refused: everything else, also white
 * space, ports, brackets, quotes, zones, prefixes, octal, hex, and
 * abbreviated forms.
 *
 * An IPv6 address that carries an IPv4 address is returned as that IPv4
 * address, since that is where its holder is:
 *
 *     ::a.b.c.d              ::/96          RFC 4291, section 2.5.5.1
 *     ::ffff:a.b.c.d         ::ffff:0:0/96  RFC 4291, section 2.5.5.2
 *     ::ffff:0:a.b.c.d       ::ffff:0:0:0/96  RFC 2765 (translated)
 *     64:ff9b::a.b.c.d       64:ff9b::/96   RFC 6052, section 2.1 (NAT64)
 *     2002:aabb:ccdd::       2002::/16      RFC 3056 (6to4)
 *     2001:0:...             2001::/32      RFC 4380 (Teredo): the client,
 *                                           the last 32 bits inverted
 *     3ffe:831f:...          3ffe:831f::/32  Teredo's first prefix
 *
 * Other addresses may hold an IPv4 address, and come with that one in inner[]:
 *
 *     64:ff9b:1:...          64:ff9b:1::/48  RFC 8215: one of the layouts of
 *                                           RFC 6052 for prefixes of 48, 56, 64
 *                                           and 96 bits, nobody knows which; a
 *                                           wrapper
 *     ...:0:5efe:a.b.c.d     any prefix     RFC 5214 (ISATAP), also with the
 *     ...:200:5efe:a.b.c.d                  bits u and g; in 6to4 as well
 *
 * A network's own prefix for NAT64, 6rd or MAP looks like any other prefix,
 * and its addresses are located by it.
 */


#ifndef _EXPORT_ADDRESS_H_INCLUDED_
#define _EXPORT_ADDRESS_H_INCLUDED_


#include "export.h"


#define EXPORT_MAX_ADDRESS  45      /* of text, INET6_ADDRSTRLEN - 1 */


#define EXPORT_MAX_INNER    4       /* readings of one address */


/* "sure": all bits around the inner address are as the layout has them */

typedef struct {
    uint32_t   ip;
    unsigned   sure;
} export_inner_t;


typedef struct {
    uint64_t        high;           /* IPv6: the first 64 bits */
    uint64_t        low;            /* IPv6: the rest; IPv4: 32 bits */
    unsigned        v4:1;
    unsigned        wrapper:1;      /* the outer address is no place */
    unsigned        ninner:3;
    export_inner_t  inner[EXPORT_MAX_INNER];
} export_address_t;


/* EXPORT_OK, or EXPORT_DECLINED if the text is not one address */

int export_address_parse(const export_str_t *text, export_address_t *address);


#endif /* _EXPORT_ADDRESS_H_INCLUDED_ */
