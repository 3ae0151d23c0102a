
/*
 * The scanner: what needs vectors.  A template: included by export_json_x86.h
 * once for each instruction set, with
 *
 *     EXPORT_JSON_NAME(n)      n with the set's suffix
 *     EXPORT_JSON_TARGET       the function attribute
 *     EXPORT_JSON_VECTOR       the type that holds the 64 bytes of a block
 *
 * and, of that suffix, load(p) and the masks eq(v, c), gt(v, c) (signed
 * bytes), le(v, c) (unsigned), digit(v), space(v) (the four of JSON), sign(v)
 * (top bits) and brackets(v, &open, &close); fill(m), which is the bits up to
 * and with each other bit of the mask; and list(at, m, n), which adds the
 * places of the bits to a list, plus n, and returns the list's new end.
 */


#define v_eq(v, c)  EXPORT_JSON_NAME(eq)(v, (char) c)
#define v_gt(v, c)  EXPORT_JSON_NAME(gt)(v, (char) c)


/*
 * UTF-8 (RFC 3629): each byte that continues must be asked for by a lead, and
 * the other way round; and five ranges of second bytes are out.
 */

EXPORT_JSON_TARGET static __attribute__((noinline)) uint64_t
EXPORT_JSON_NAME(utf8)(const u_char *p, export_json_utf8_t *carry)
{
    uint64_t            foul, high, trail, lead2, lead3, lead4, below_a0,
                        below_90, e0, ed, f0, f4;
    EXPORT_JSON_VECTOR  v;

    v = EXPORT_JSON_NAME(load)(p);
    high = EXPORT_JSON_NAME(sign)(v);

    lead2 = v_gt(v, 0xbf) & high;
    lead3 = v_gt(v, 0xdf) & high;
    lead4 = v_gt(v, 0xef) & high;
    trail = high & ~lead2;
    below_a0 = trail & ~v_gt(v, 0x9f);
    below_90 = trail & ~v_gt(v, 0x8f);

    e0 = v_eq(v, 0xe0);
    ed = v_eq(v, 0xed);
    f0 = v_eq(v, 0xf0);
    f4 = v_eq(v, 0xf4);

    foul = v_eq(v, 0xc0) | v_eq(v, 0xc1) | (v_gt(v, 0xf4) & high);
    foul |= trail ^ (lead2 << 1 | lead3 << 2 | lead4 << 3 | carry->trail);
    foul |= (e0 << 1 | carry->e0) & below_a0;
    foul |= (ed << 1 | carry->ed) & ~below_a0;
    foul |= (f0 << 1 | carry->f0) & below_90;
    foul |= (f4 << 1 | carry->f4) & ~below_90;

    carry->trail = lead2 >> 63 | lead3 >> 62 | lead4 >> 61;
    carry->e0 = e0 >> 63;
    carry->ed = ed >> 63;
    carry->f0 = f0 >> 63;
    carry->f4 = f4 >> 63;

    return foul;
}


/* where wanted names may end: behind one of the last bytes they have */

EXPORT_JSON_TARGET export_json_inline uint64_t
EXPORT_JSON_NAME(ends)(const export_json_t *json, EXPORT_JSON_VECTOR v)
{
    unsigned  i;
    uint64_t  ends;

    ends = v_eq(v, json->ends[0]);

    if (json->nends > EXPORT_JSON_MAX_ENDS) {
        return EXPORT_JSON_ONES;
    }

    for (i = 1; i < json->nends; i++) {
        ends |= v_eq(v, json->ends[i]);
    }

    return ends;
}


/* a block becomes masks; returns 0 if something is wrong or unusual */

EXPORT_JSON_TARGET export_json_inline int
EXPORT_JSON_NAME(block)(const export_json_t *json, const u_char *p, size_t n,
    export_json_carry_t *c, export_json_batch_t *b)
{
    uint64_t             escape, high, bad, outside;
    EXPORT_JSON_VECTOR   v;
    export_json_masks_t  m;

    v = EXPORT_JSON_NAME(load)(p);

    m.quote = v_eq(v, '"');
    escape = v_eq(v, '\\');

    if (escape | c->escaped) {
        m.quote &= ~export_json_escaped(&escape, &c->escaped);
    }

    m.string = EXPORT_JSON_NAME(fill)(m.quote) ^ c->string;
    c->string = 0 - (m.string >> 63);

    bad = EXPORT_JSON_NAME(le)(v, 0x1f) & m.string;
    high = EXPORT_JSON_NAME(sign)(v);

    if (high | c->utf8.trail) {
        bad |= EXPORT_JSON_NAME(utf8)(p, &c->utf8);
    }

    if (escape) {
        bad |= export_json_escapes(p, escape & m.string, &c->escape);
    }

    b->odd |= escape | high;
    b->quote[n] = m.quote;

    if ((~m.string | m.quote | c->in_name) == 0) {
        b->member[n] = b->element[n] = b->inside[n] = b->outside[n] = 0;
        b->name[n] = 0;
        return bad == 0;
    }

    outside = ~(m.string | m.quote);

    m.escape = escape;
    m.newline = v_eq(v, '\n') & outside & b->lines;
    m.space = (EXPORT_JSON_NAME(space)(v) & outside) ^ m.newline;
    m.colon = v_eq(v, ':') & outside;
    m.comma = v_eq(v, ',') & outside;
    EXPORT_JSON_NAME(brackets)(v, &m.open, &m.close);
    m.open &= outside;
    m.close &= outside;
    m.scalar = outside & ~(m.space | m.newline | m.colon | m.comma | m.open
                           | m.close);
    m.digit = EXPORT_JSON_NAME(digit)(v) & m.scalar;
    m.zero = v_eq(v, '0');
    m.point = v_eq(v, '.') & m.scalar;
    m.minus = v_eq(v, '-') & m.scalar;
    m.end = EXPORT_JSON_NAME(ends)(json, v);

    bad |= export_json_grammar(&m, n, c, b);

    b->events = EXPORT_JSON_NAME(list)(b->events,
                                       m.open | m.close | m.word | b->name[n],
                                       n * EXPORT_JSON_BLOCK);
    return bad == 0;
}


/* whether all is in the right kind of container; drops names in arrays */

EXPORT_JSON_TARGET export_json_inline size_t
EXPORT_JSON_NAME(context)(export_json_batch_t *b)
{
    size_t    n;
    uint64_t  array, top, bad;

    array = top = 0;

    for (n = 0; n < b->blocks; n++) {
        array = EXPORT_JSON_NAME(fill)(b->array[n]) ^ array;
        top = EXPORT_JSON_NAME(fill)(b->top[n]) ^ top;

        bad = (b->member[n] & array) | (b->element[n] & ~array)
              | (b->inside[n] & top) | (b->outside[n] & ~top);

        if (bad) {
            return n;
        }

        b->name[n] &= ~array;

        array = 0 - (array >> 63);
        top = 0 - (top >> 63);
    }

    return n;
}


/*
 * Checks as many blocks as are well-formed and ordinary, up to "blocks", and
 * returns how many these are.  If that is less than "blocks", the rest is
 * only right after once more with what was returned.
 */

EXPORT_JSON_TARGET export_json_inline size_t
EXPORT_JSON_NAME(batch)(const export_json_t *json, const u_char *p,
    size_t blocks, export_json_carry_t *c, export_json_batch_t *b)
{
    size_t  n;

    b->blocks = blocks;
    b->events = b->at;
    b->odd = 0;

    for (n = 0; n < blocks; n++) {

        if (!EXPORT_JSON_NAME(block)(json, p + n * EXPORT_JSON_BLOCK, n, c,
                                     b))
        {
            return n;
        }
    }

    b->quote[n] = 0;
    n = export_json_walk(json, p, b);

    return n < blocks ? n : EXPORT_JSON_NAME(context)(b);
}


EXPORT_JSON_TARGET static const u_char *
EXPORT_JSON_NAME(scan)(export_json_t *json, const u_char *p)
{
    size_t               blocks, good;
    const u_char        *next;
    export_json_carry_t  carry, c;
    export_json_batch_t  b;

    carry = export_json_enter(json);
    json->into = 0;
    b.lines = 0 - (uint64_t) (json->mode != EXPORT_JSON_TEXT
                              && json->mode != EXPORT_JSON_SEQ);

    while (json->last - p >= EXPORT_JSON_SCAN_AHEAD) {
        blocks = (size_t) (json->last - p - EXPORT_JSON_LOOK)
                 / EXPORT_JSON_BLOCK;
        good = blocks < EXPORT_JSON_BLOCKS ? blocks : EXPORT_JSON_BLOCKS;

        do {
            blocks = good;
            c = carry;
            good = EXPORT_JSON_NAME(batch)(json, p, blocks, &c, &b);
        } while (good < blocks);

        if (blocks == 0) {
            break;
        }

        if (!export_json_take(json, p, &b, &next)) {
            return next;
        }

        carry = c;
        p += blocks * EXPORT_JSON_BLOCK;
    }

    return export_json_leave(json, p, &carry);
}


#undef v_eq
#undef v_gt
