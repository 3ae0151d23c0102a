
#include "export_address.h"


#define EXPORT_ADDRESS_MIN_V4  7        /* of text, "0.0.0.0" */
#define EXPORT_ADDRESS_MAX_V4  15       /* "255.255.255.255" */
#define EXPORT_ADDRESS_GROUPS  8        /* of 16 bits in an IPv6 address */
#define EXPORT_ADDRESS_NO_GAP  9        /* no "::" seen */

#define EXPORT_ADDRESS_ISATAP  0x5efeu
#define EXPORT_ADDRESS_UG      0x3000000u   /* universal, and group */


/* the groups of an IPv6 address, as far as its text was read */

typedef struct {
    uint16_t  group[EXPORT_ADDRESS_GROUPS];
    unsigned  n;
    unsigned  gap;              /* groups before "::" */
} export_address_groups_t;


static inline int export_address_v4(const u_char *p, const u_char *last,
    uint32_t *ip);
static inline const u_char *export_address_octet(const u_char *p,
    uint32_t *value);
static EXPORT_RARE int export_address_v6(const u_char *p, const u_char *last,
    export_address_t *address);
static const u_char *export_address_leading_gap(
    export_address_groups_t *groups, const u_char *p, const u_char *last);
static int export_address_embedded(export_address_groups_t *groups,
    const u_char *p, const u_char *last);
static const u_char *export_address_colon(export_address_groups_t *groups,
    const u_char *p, const u_char *last);
static int export_address_v6_end(const export_address_groups_t *groups,
    export_address_t *address);
static const u_char *export_address_group(const u_char *p,
    const u_char *last, uint16_t *group);
static void export_address_join(const uint16_t *group, unsigned n,
    unsigned gap, export_address_t *address);
static void export_address_unwrap(export_address_t *address);
static void export_address_hold(export_address_t *address);
static void export_address_hold_nat64(export_address_t *address);
static void export_address_add(export_address_t *address, uint32_t ip,
    unsigned sure);


int
export_address_parse(const export_str_t *text, export_address_t *address)
{
    uint32_t       ip;
    const u_char  *last;

    if (text->len == 0 || text->len > EXPORT_MAX_ADDRESS) {
        return EXPORT_DECLINED;
    }

    last = text->data + text->len;

    if (export_address_v4(text->data, last, &ip) != EXPORT_OK) {
        return export_address_v6(text->data, last, address);
    }

    address->high = 0;
    address->low = ip;
    address->v4 = 1;
    address->wrapper = 0;
    address->ninner = 0;

    return EXPORT_OK;
}


/*
 * The text is read from a copy that ends in zeros, so that three digits and
 * what follows them can be looked at without asking for the end each time.
 */

static inline int
export_address_v4(const u_char *p, const u_char *last, uint32_t *ip)
{
    size_t     len;
    u_char     text[EXPORT_ADDRESS_MAX_V4 + 1];
    uint32_t   value;
    unsigned   n;

    len = (size_t) (last - p);

    if (len < EXPORT_ADDRESS_MIN_V4 || len > EXPORT_ADDRESS_MAX_V4) {
        return EXPORT_DECLINED;
    }

    memset(text, 0, sizeof(text));

    if (len >= 8) {
        memcpy(text, p, 8);
        memcpy(text + len - 8, last - 8, 8);

    } else {
        memcpy(text, p, 4);
        memcpy(text + len - 4, last - 4, 4);
    }

    p = text;
    last = text + len;
    value = 0;

    for (n = 0; n < 4; n++) {

        if (n && *p++ != '.') {
            return EXPORT_DECLINED;
        }

        p = export_address_octet(p, &value);

        if (p == NULL) {
            return EXPORT_DECLINED;
        }
    }

    *ip = value;

    return p == last ? EXPORT_OK : EXPORT_DECLINED;
}


/* appends an octet to "value", and returns its end, or NULL if it has none */

static inline const u_char *
export_address_octet(const u_char *p, uint32_t *value)
{
    uint32_t  octet, digit;

    octet = (uint32_t) *p++ - '0';

    if (octet > 9) {
        return NULL;
    }

    digit = (uint32_t) *p - '0';

    if (digit <= 9) {

        if (octet == 0) {
            return NULL;
        }

        octet = octet * 10 + digit;
        digit = (uint32_t) *++p - '0';

        if (digit <= 9) {
            octet = octet * 10 + digit;
            p++;
        }
    }

    *value = *value << 8 | octet;

    return octet > 255 ? NULL : p;
}


static EXPORT_RARE int
export_address_v6(const u_char *p, const u_char *last,
    export_address_t *address)
{
    const u_char             *start;
    export_address_groups_t   groups;

    groups.n = 0;
    groups.gap = EXPORT_ADDRESS_NO_GAP;

    p = export_address_leading_gap(&groups, p, last);

    while (p < last) {

        start = p;

        if (groups.n == EXPORT_ADDRESS_GROUPS) {
            return EXPORT_DECLINED;
        }

        p = export_address_group(start, last, &groups.group[groups.n]);

        if (p < last && *p == '.') {
            if (export_address_embedded(&groups, start, last) != EXPORT_OK) {
                return EXPORT_DECLINED;
            }

            break;
        }

        if (p == start) {
            return EXPORT_DECLINED;
        }

        groups.n++;

        if (p == last) {
            break;
        }

        p = export_address_colon(&groups, p, last);

        if (p == NULL) {
            return EXPORT_DECLINED;
        }
    }

    return export_address_v6_end(&groups, address);
}


static const u_char *
export_address_leading_gap(export_address_groups_t *groups, const u_char *p,
    const u_char *last)
{
    if (last - p < 2 || p[0] != ':' || p[1] != ':') {
        return p;
    }

    groups->gap = 0;

    return p + 2;
}


/* an IPv4 address in the place of the last two groups */

static int
export_address_embedded(export_address_groups_t *groups, const u_char *p,
    const u_char *last)
{
    uint32_t  ip;

    if (groups->n > EXPORT_ADDRESS_GROUPS - 2
        || export_address_v4(p, last, &ip) != EXPORT_OK)
    {
        return EXPORT_DECLINED;
    }

    groups->group[groups->n++] = (uint16_t) (ip >> 16);
    groups->group[groups->n++] = (uint16_t) ip;

    return EXPORT_OK;
}


/* one colon before another group, or two for the only gap; NULL otherwise */

static const u_char *
export_address_colon(export_address_groups_t *groups, const u_char *p,
    const u_char *last)
{
    if (*p++ != ':' || p == last) {
        return NULL;
    }

    if (*p != ':') {
        return p;
    }

    if (groups->gap != EXPORT_ADDRESS_NO_GAP) {
        return NULL;
    }

    groups->gap = groups->n;

    return p + 1;
}


/* eight groups, or fewer with a gap: a gap is one group at least */

static int
export_address_v6_end(const export_address_groups_t *groups,
    export_address_t *address)
{
    if ((groups->gap == EXPORT_ADDRESS_NO_GAP)
        != (groups->n == EXPORT_ADDRESS_GROUPS))
    {
        return EXPORT_DECLINED;
    }

    export_address_join(groups->group, groups->n, groups->gap, address);
    export_address_unwrap(address);

    return EXPORT_OK;
}


/* reads up to four hexadecimal digits, and returns where they end */

static const u_char *
export_address_group(const u_char *p, const u_char *last, uint16_t *group)
{
    int            digit;
    unsigned       value;
    const u_char  *end;

    value = 0;
    end = last - p > 4 ? p + 4 : last;

    for ( /* void */ ; p < end; p++) {
        digit = export_hex(*p);

        if (digit < 0) {
            break;
        }

        value = value << 4 | (unsigned) digit;
    }

    *group = (uint16_t) value;

    return p;
}


/* the groups behind the gap are the last ones of the address */

static void
export_address_join(const uint16_t *group, unsigned n, unsigned gap,
    export_address_t *address)
{
    unsigned  i, at;
    uint64_t  word[2];

    word[0] = 0;
    word[1] = 0;

    for (i = 0; i < n; i++) {
        at = i < gap ? i : i + EXPORT_ADDRESS_GROUPS - n;
        word[at / 4] |= (uint64_t) group[i] << (48 - at % 4 * 16);
    }

    address->high = word[0];
    address->low = word[1];
    address->v4 = 0;
    address->wrapper = 0;
    address->ninner = 0;
}


static void
export_address_unwrap(export_address_t *address)
{
    uint32_t  ip;
    uint64_t  high, low;

    high = address->high;
    low = address->low;

    export_address_hold(address);

    if (high == 0
        && (low >> 32 == 0 || low >> 32 == 0xffff || low >> 32 == 0xffff0000))
    {
        ip = (uint32_t) low;            /* ::/96, ::ffff:0:0/96 and
                                           ::ffff:0:0:0/96 */

    } else if (high == 0x0064ff9b00000000 && low >> 32 == 0) {
        ip = (uint32_t) low;            /* 64:ff9b::/96 */

    } else if (high >> 48 == 0x2002) {
        ip = (uint32_t) (high >> 16);   /* 2002::/16 */

    } else if (high >> 32 == 0x20010000 || high >> 32 == 0x3ffe831f) {
        ip = (uint32_t) ~low;           /* 2001::/32, 3ffe:831f::/32 */

    } else {
        return;
    }

    address->high = 0;
    address->low = ip;
    address->v4 = 1;
}


/* adds the addresses that this one may hold, as export_address.h lists them */

static void
export_address_hold(export_address_t *address)
{
    uint64_t  high, low;

    high = address->high;
    low = address->low;

    if (high >> 16 == 0x0064ff9b0001) {
        export_address_hold_nat64(address);
        return;
    }

    /* the last 64 bits have another layout in these prefixes */

    if (high == 0 || high >> 32 == 0x20010000 || high >> 32 == 0x3ffe831f) {
        return;
    }

    if ((low >> 32 & ~EXPORT_ADDRESS_UG) == EXPORT_ADDRESS_ISATAP) {
        export_address_add(address, (uint32_t) low, 0);
    }
}


/*
 * RFC 6052, section 2.2: bits 64 to 71 are zero, and so is what follows the
 * IPv4 address.  A reading that has something there counts if it protects, but
 * is not sure; nor is one that ends or begins in zero, as the wrong readings
 * of a right layout do.
 */

static void
export_address_hold_nat64(export_address_t *address)
{
    uint32_t  ip;
    uint64_t  high, low;
    unsigned  i, zero;

    high = address->high;
    low = address->low << 8;            /* without bits 64 to 71 */
    zero = address->low >> 56 == 0;

    address->wrapper = 1;

    for (i = 16; i <= 32; i += 8) {     /* bits behind the 64th: /48 first */

        ip = (uint32_t) (low >> (64 - i));

        if (i < 32) {
            ip |= (uint32_t) (high << i);
        }

        export_address_add(address, ip, zero && low << i == 0);
    }

    export_address_add(address, (uint32_t) address->low, 1);
}


static void
export_address_add(export_address_t *address, uint32_t ip, unsigned sure)
{
    export_inner_t  *inner;

    inner = &address->inner[address->ninner++];

    inner->ip = ip;
    inner->sure = sure && ip >> 24 != 0 && (ip & 0xff) != 0;
}
