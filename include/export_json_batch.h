
/*
 * The scanner of a batch: 8 blocks of 64 bytes become bit masks, a word a
 * block, bit 0 the first byte; and the masks of a batch are worked on as one
 * number of 512 bits.  A template: included by export_json_scan.c once for
 * each instruction set, with
 *
 *     EXPORT_JSON_NAME(n)      n with the set's suffix
 *     EXPORT_JSON_TARGET       the function attribute
 *     EXPORT_JSON_VECTOR       the type that holds the 64 bytes
 *
 * and, of that suffix, for a block: load(p), the masks eq(v, c), gt(v, c)
 * (signed bytes), le(v, c) (unsigned), digit(v), space(v) (the four of JSON),
 * sign(v) (top bits), operator(v) (at least ",:[]{}", at most control
 * characters besides), and prefix_xor(mask); for a batch: shift() to the left
 * by one bit and add(), both with carry, and any(), whether a bit is set.
 */


#define json_shift  EXPORT_JSON_NAME(shift)
#define json_add    EXPORT_JSON_NAME(add)
#define json_any    EXPORT_JSON_NAME(any)

#define v_eq(v, c)  EXPORT_JSON_NAME(eq)(v, (char) c)
#define v_gt(v, c)  EXPORT_JSON_NAME(gt)(v, (char) c)


/*
 * UTF-8 (RFC 3629): each byte that continues must be asked for by a lead, and
 * the other way round; and five ranges of second bytes are out.
 */

EXPORT_JSON_TARGET static inline uint64_t
EXPORT_JSON_NAME(utf8)(EXPORT_JSON_VECTOR v, uint64_t high,
    export_json_feed_t *feed)
{
    uint64_t  foul, trail, lead2, lead3, lead4, below_a0, below_90, e0, ed, f0,
              f4;

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
    foul |= trail ^ (lead2 << 1 | lead3 << 2 | lead4 << 3 | feed->trail);
    foul |= (e0 << 1 | feed->e0) & below_a0;
    foul |= (ed << 1 | feed->ed) & ~below_a0;
    foul |= (f0 << 1 | feed->f0) & below_90;
    foul |= (f4 << 1 | feed->f4) & ~below_90;

    feed->trail = lead2 >> 63 | lead3 >> 62 | lead4 >> 61;
    feed->e0 = e0 >> 63;
    feed->ed = ed >> 63;
    feed->f0 = f0 >> 63;
    feed->f4 = f4 >> 63;

    return foul;
}


EXPORT_JSON_TARGET export_json_inline void
EXPORT_JSON_NAME(masks)(const export_json_t *json, const u_char *p,
    export_json_feed_t *feed, export_json_masks_t *m)
{
    size_t              n;
    unsigned            i;
    uint64_t            quote, escape, high;
    EXPORT_JSON_VECTOR  v;

    m->escapes = 0;
    m->foul = 0;
    m->strings = EXPORT_JSON_ONES;

    for (n = 0; n < EXPORT_JSON_BLOCKS; n++, p += EXPORT_JSON_BLOCK) {
        v = EXPORT_JSON_NAME(load)(p);

        quote = v_eq(v, '"');
        escape = v_eq(v, '\\');

        if (escape | feed->escaped) {
            quote &= ~export_json_escaped(&escape, &feed->escaped);
            m->escapes |= escape;
        }

        m->escape.w[n] = escape;
        m->quote.w[n] = quote;
        m->string.w[n] = EXPORT_JSON_NAME(prefix_xor)(quote) ^ feed->string;
        m->strings &= m->string.w[n];
        feed->string = 0 - (m->string.w[n] >> 63);

        m->space.w[n] = EXPORT_JSON_NAME(space)(v);
        m->colon.w[n] = v_eq(v, ':');
        m->comma.w[n] = v_eq(v, ',');
        m->operator.w[n] = EXPORT_JSON_NAME(operator)(v);
        m->control.w[n] = EXPORT_JSON_NAME(le)(v, 0x1f);
        m->digit.w[n] = EXPORT_JSON_NAME(digit)(v);
        m->zero.w[n] = v_eq(v, '0');
        m->point.w[n] = v_eq(v, '.');
        m->minus.w[n] = v_eq(v, '-');

        high = 0 - (uint64_t) (json->nends > EXPORT_JSON_MAX_ENDS);

        for (i = 0; i < json->nends && i < EXPORT_JSON_MAX_ENDS; i++) {
            high |= v_eq(v, json->ends[i]);
        }

        m->end.w[n] = high;

        high = EXPORT_JSON_NAME(sign)(v);

        if (high | feed->trail) {
            m->foul |= EXPORT_JSON_NAME(utf8)(v, high, feed);
        }
    }
}


/* the token after each of "ends", where one starts in this batch */

EXPORT_JSON_TARGET export_json_inline void
EXPORT_JSON_NAME(next)(export_json_wide_t *next,
    const export_json_wide_t *ends, const export_json_wide_t *space,
    int spaced, uint64_t *carry)
{
    uint64_t            last;
    export_json_wide_t  after;

    last = export_json_last(ends);
    json_shift(&after, ends, *carry);

    if (spaced) {
        last |= json_add(&after, &after, space, 0);
        after.v &= ~space->v;
    }

    *next = after;
    *carry = last;
}


/*
 * Numbers are checked as masks, all at once; the words and the exponents one
 * by one.  "scalar" has all bytes of either.  Returns 0 if one is unusual, or
 * adds to "bad" what is wrong.
 */

EXPORT_JSON_TARGET export_json_inline int
EXPORT_JSON_NAME(scalars)(const u_char *p, const export_json_masks_t *m,
    const export_json_wide_t *scalar, export_json_carry_t *c,
    export_json_wide_t *bad)
{
    uint64_t            integer;
    export_json_wide_t  starts, digit, minus, point, other, words, whole, t;

    json_shift(&t, scalar, c->scalar);
    c->scalar = export_json_last(scalar);
    starts.v = scalar->v & ~t.v;

    digit.v = m->digit.v & scalar->v;
    minus.v = m->minus.v & scalar->v;
    point.v = m->point.v & scalar->v;
    other.v = scalar->v & ~(digit.v | minus.v | point.v);
    words.v = other.v & starts.v;

    if ((c->over || json_any(&other))
        && !export_json_words(p, &words, &other, &minus, &c->over))
    {
        return 0;
    }

    json_shift(&t, &minus, c->minus);
    c->minus = export_json_last(&minus);
    bad->v |= minus.v & ~starts.v;

    whole.v = (starts.v & ~minus.v & ~words.v) | t.v;
    bad->v |= whole.v & ~digit.v;

    t.v = m->zero.v & whole.v;
    integer = export_json_last(&t);
    json_shift(&t, &t, c->zero);
    c->zero = integer;
    bad->v |= t.v & digit.v;

    json_shift(&t, &point, c->point);
    c->point = export_json_last(&point);
    bad->v |= t.v & ~digit.v;

    c->integer = json_add(&t, &digit, &whole, c->integer);
    bad->v |= point.v & ~(t.v & ~digit.v);

    return 1;
}


/*
 * What may follow what.  Returns 0 if anything is wrong or unusual; "names"
 * gets the quotes that end names.
 */

EXPORT_JSON_TARGET export_json_inline int
EXPORT_JSON_NAME(grammar)(const export_json_t *json, const u_char *p,
    const export_json_masks_t *m, const export_json_brackets_t *b,
    export_json_carry_t *c, export_json_wide_t *names)
{
    int                 spaced;
    uint64_t            lines, last;
    export_json_wide_t  outside, open, close, space, colon, comma, scalar, t,
                        bad, after;

    outside.v = ~(m->string.v | m->quote.v);
    open.v = m->quote.v & m->string.v;
    close.v = m->quote.v & ~m->string.v;

    space.v = m->space.v & outside.v;
    colon.v = m->colon.v & outside.v;
    comma.v = m->comma.v & outside.v;
    scalar.v = outside.v & ~(space.v | colon.v | comma.v | b->all.v);

    lines = 0 - (uint64_t) (json->top == 0);

    /* where no record is open white space comes after nothing */

    t.v = space.v & ~(b->top.v & lines);
    spaced = json_any(&t);

    bad.v = m->control.v & m->string.v;
    bad.v |= b->top.v & (open.v | scalar.v | ((colon.v | comma.v) & lines));

    json_shift(&after, &scalar, c->scalar);
    after.v &= ~scalar.v;

    if (!EXPORT_JSON_NAME(scalars)(p, m, &scalar, c, &bad)) {
        return 0;
    }

    /* "{", and "," in an object */

    t.v = b->objects.v | (comma.v & ~b->array.v);
    EXPORT_JSON_NAME(next)(&t, &t, &space, spaced, &c->name);
    bad.v |= t.v & ~(open.v | b->closes.v);

    /* a string that starts there; adding it to the strings ends it */

    t.v &= open.v;
    c->in_name = json_add(&t, &t, &m->string, c->in_name);
    names->v = t.v & close.v;

    if (m->escapes) {
        t.v = (t.v ^ m->string.v) & m->string.v;
        bad.v |= m->escape.v & t.v;
    }

    EXPORT_JSON_NAME(next)(&t, names, &space, spaced, &c->colon);
    bad.v |= t.v ^ colon.v;

    /* ":", "[", and "," in an array */

    t.v = b->arrays.v | colon.v | (comma.v & b->array.v);
    EXPORT_JSON_NAME(next)(&t, &t, &space, spaced, &c->value);
    bad.v |= t.v & ~(open.v | scalar.v | b->all.v);

    /* the end of a value, but for a line's */

    t.v = (close.v & ~names->v) | b->afters.v;
    last = export_json_last(&t);
    json_shift(&t, &t, c->after);
    after.v |= t.v;

    if (spaced) {
        last |= json_add(&after, &after, &space, 0);
        after.v &= ~space.v;
    }

    c->after = last;
    bad.v |= after.v & ~(comma.v | b->closes.v);

    t.v = b->objects.v | b->arrays.v;
    EXPORT_JSON_NAME(next)(&t, &t, &space, spaced, &c->opened);
    bad.v |= b->closes.v & ~(after.v | t.v);

    if (json->mode != EXPORT_JSON_TEXT && spaced) {
        t.v = space.v & m->control.v & ~b->top.v;

        if (json_any(&t) && export_json_newline(p, &t)) {
            return 0;
        }
    }

    return !json_any(&bad);
}


/*
 * One batch, all of it or nothing: EXPORT_OK if it was taken, with "carry"
 * moved on; EXPORT_DECLINED if not; else reading goes on at *next byte by
 * byte, or ends.
 */

EXPORT_JSON_TARGET export_json_inline int
EXPORT_JSON_NAME(batch)(export_json_t *json, const u_char *p,
    const export_json_masks_t *m, export_json_carry_t *carry,
    const u_char **next)
{
    const u_char           *escape;
    export_json_wide_t      names, t;
    export_json_carry_t     c;
    export_json_brackets_t  b;

    escape = carry->escape;

    if (m->foul
        || (m->escapes && !export_json_escapes(p, m, &escape)))
    {
        return EXPORT_DECLINED;
    }

    if (~m->strings == 0 && !carry->in_name && !json_any(&m->quote)) {

        if (json_any(&m->control)) {
            return EXPORT_DECLINED;
        }

        carry->escape = escape;
        carry->end = export_json_last(&m->end);

        return EXPORT_OK;
    }

    c = *carry;
    c.escape = escape;
    c.string = export_json_last(&m->string);
    c.end = export_json_last(&m->end);

    b.all.v = m->operator.v & ~(m->control.v | m->string.v | m->quote.v
                                | m->colon.v | m->comma.v);

    if (!export_json_nesting(json, p, &b, &c.closed)
        || !EXPORT_JSON_NAME(grammar)(json, p, m, &b, &c, &names))
    {
        return EXPORT_DECLINED;
    }

    json_shift(&t, &m->end, carry->end);
    b.names.v = names.v & t.v;
    *carry = c;

    return export_json_take(json, p, &b, next);
}


EXPORT_JSON_TARGET static const u_char *
EXPORT_JSON_NAME(scan)(export_json_t *json, const u_char *p)
{
    int                  rc;
    const u_char        *next;
    export_json_feed_t   feed;
    export_json_masks_t  masks;
    export_json_carry_t  carry;

    carry = export_json_enter(json);
    json->into = 0;

    memset(&feed, 0, sizeof(export_json_feed_t));
    feed.string = 0 - carry.string;

    while (json->last - p >= EXPORT_JSON_SCAN_AHEAD) {

        EXPORT_JSON_NAME(masks)(json, p, &feed, &masks);

        rc = EXPORT_JSON_NAME(batch)(json, p, &masks, &carry, &next);

        if (rc == EXPORT_DECLINED) {
            break;
        }

        if (rc != EXPORT_OK) {
            return next;
        }

        p += EXPORT_JSON_BATCH;
    }

    return export_json_leave(json, p, carry);
}


#undef json_shift
#undef json_add
#undef json_any
#undef v_eq
#undef v_gt
