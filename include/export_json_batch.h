
/*
 * The scanner of a batch: 8 blocks of 64 bytes become bit masks, a word a
 * block, bit 0 the first byte; and the masks of a batch are worked on as one
 * number of 512 bits.  A template: included by export_json_x86.h once for
 * each instruction set, with
 *
 *     EXPORT_JSON_NAME(n)      n with the set's suffix
 *     EXPORT_JSON_TARGET       the function attribute
 *     EXPORT_JSON_VECTOR       the type that holds the 64 bytes
 *
 * and, of that suffix, for a block: load(p), or(v, w), the masks eq(v, c),
 * gt(v, c) (signed bytes), le(v, c) (unsigned), digit(v), space(v) (the four
 * of JSON), sign(v) (top bits) and operator(v) (at least ",:[]{}", at most
 * control characters besides); for a batch: shift() to the left by one bit
 * and add(), both with carry, fill() from each odd bit up to the next, any(),
 * whether a bit is set, and list(), the places of the bits.
 */


#define json_shift  EXPORT_JSON_NAME(shift)
#define json_add    EXPORT_JSON_NAME(add)
#define json_any    EXPORT_JSON_NAME(any)
#define json_fill   EXPORT_JSON_NAME(fill)
#define json_list   EXPORT_JSON_NAME(list)

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


/* the rare: escapes, and bytes that are not ASCII */

EXPORT_JSON_TARGET static __attribute__((noinline)) void
EXPORT_JSON_NAME(rare)(const u_char *p, export_json_feed_t *feed,
    export_json_masks_t *m)
{
    size_t              n;
    uint64_t            high;
    EXPORT_JSON_VECTOR  v;

    for (n = 0; n < EXPORT_JSON_BLOCKS; n++, p += EXPORT_JSON_BLOCK) {

        m->quote.w[n] &= ~export_json_escaped(&m->escape.w[n],
                                              &feed->escaped);

        v = EXPORT_JSON_NAME(load)(p);
        high = EXPORT_JSON_NAME(sign)(v);

        if (high | feed->trail) {
            m->foul |= EXPORT_JSON_NAME(utf8)(v, high, feed);
        }
    }
}


EXPORT_JSON_TARGET export_json_inline void
EXPORT_JSON_NAME(masks)(const export_json_t *json, const u_char *p,
    export_json_feed_t *feed, export_json_masks_t *m)
{
    size_t              n;
    unsigned            i, ends;
    char                first;
    EXPORT_JSON_VECTOR  v, high;

    first = (char) json->ends[0];
    ends = json->nends > EXPORT_JSON_MAX_ENDS ? 0 : json->nends;
    high = EXPORT_JSON_NAME(load)(p);

    for (n = 0; n < EXPORT_JSON_BLOCKS; n++) {
        v = EXPORT_JSON_NAME(load)(p + n * EXPORT_JSON_BLOCK);
        high = EXPORT_JSON_NAME(or)(high, v);

        m->quote.w[n] = v_eq(v, '"');
        m->escape.w[n] = v_eq(v, '\\');
        m->space.w[n] = EXPORT_JSON_NAME(space)(v);
        m->colon.w[n] = v_eq(v, ':');
        m->comma.w[n] = v_eq(v, ',');
        m->operator.w[n] = EXPORT_JSON_NAME(operator)(v);
        m->control.w[n] = EXPORT_JSON_NAME(le)(v, 0x1f);
        m->digit.w[n] = EXPORT_JSON_NAME(digit)(v);
        m->zero.w[n] = v_eq(v, '0');
        m->point.w[n] = v_eq(v, '.');
        m->minus.w[n] = v_eq(v, '-');

        m->end.w[n] = EXPORT_JSON_NAME(eq)(v, first);

        for (i = 1; i < ends; i++) {
            m->end.w[n] |= v_eq(v, json->ends[i]);
        }
    }

    if (json->nends > EXPORT_JSON_MAX_ENDS) {
        memset(&m->end, 0xff, sizeof(export_json_wide_t));
    }

    m->escapes = json_any(&m->escape);
    m->high = EXPORT_JSON_NAME(sign)(high);
    m->foul = 0;

    if (m->escapes || (m->high | feed->escaped | feed->trail)) {
        EXPORT_JSON_NAME(rare)(p, feed, m);
    }
}


/* the token after each of "ends", where one starts in this batch */

EXPORT_JSON_TARGET export_json_inline void
EXPORT_JSON_NAME(next)(export_json_wide_t *next,
    const export_json_wide_t *ends, const export_json_wide_t *space,
    int spaced, uint64_t carry, uint64_t *carried)
{
    uint64_t            last;
    export_json_wide_t  after;

    last = export_json_last(ends);
    json_shift(&after, ends, carry);

    if (spaced) {
        last |= json_add(&after, &after, space, 0);
        after.v &= ~space->v;
    }

    *next = after;
    *carried = last;
}


/*
 * Numbers are checked as masks, all at once; the words and the exponents one
 * by one.  "scalar" has all bytes of either.  Returns 0 if one is unusual, or
 * adds to "bad" what is wrong.
 */

EXPORT_JSON_TARGET export_json_inline int
EXPORT_JSON_NAME(scalars)(const u_char *p, const export_json_masks_t *m,
    const export_json_wide_t *scalar, const export_json_carry_t *old,
    export_json_carry_t *c, export_json_wide_t *bad)
{
    export_json_list_t  list;
    export_json_wide_t  starts, digit, minus, point, other, words, whole, t;

    json_shift(&t, scalar, old->scalar);
    c->scalar = export_json_last(scalar);
    starts.v = scalar->v & ~t.v;

    digit.v = m->digit.v & scalar->v;
    minus.v = m->minus.v & scalar->v;
    point.v = m->point.v & scalar->v;
    other.v = scalar->v & ~(digit.v | minus.v | point.v);
    words.v = other.v & starts.v;

    c->over = 0;

    if (old->over || json_any(&other)) {
        json_shift(&t, &other, 0);
        t.v = other.v & ~t.v;
        json_list(&list, &t);

        if (!export_json_words(p, &words, &list, &minus, old->over,
                               &c->over))
        {
            return 0;
        }
    }

    json_shift(&t, &minus, old->minus);
    c->minus = export_json_last(&minus);
    bad->v |= minus.v & ~starts.v;

    whole.v = (starts.v & ~minus.v & ~words.v) | t.v;
    bad->v |= whole.v & ~digit.v;

    t.v = m->zero.v & whole.v;
    c->zero = export_json_last(&t);
    json_shift(&t, &t, old->zero);
    bad->v |= t.v & digit.v;

    json_shift(&t, &point, old->point);
    c->point = export_json_last(&point);
    bad->v |= t.v & ~digit.v;

    c->integer = json_add(&t, &digit, &whole, old->integer);
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
    const export_json_carry_t *old, export_json_carry_t *c,
    export_json_wide_t *names)
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

    json_shift(&after, &scalar, old->scalar);
    after.v &= ~scalar.v;

    if (!json_any(&scalar) && !old->scalar) {
        c->scalar = c->over = c->minus = c->zero = c->point = c->integer = 0;

    } else if (!EXPORT_JSON_NAME(scalars)(p, m, &scalar, old, c, &bad)) {
        return 0;
    }

    /* "{", and "," in an object */

    t.v = b->objects.v | (comma.v & ~b->array.v);
    EXPORT_JSON_NAME(next)(&t, &t, &space, spaced, old->name,
                           &c->name);
    bad.v |= t.v & ~(open.v | b->closes.v);

    /* a string that starts there; adding it to the strings ends it */

    t.v &= open.v;
    c->in_name = json_add(&t, &t, &m->string, old->in_name);
    names->v = t.v & close.v;

    if (m->escapes) {
        t.v = (t.v ^ m->string.v) & m->string.v;
        bad.v |= m->escape.v & t.v;
    }

    EXPORT_JSON_NAME(next)(&t, names, &space, spaced, old->colon,
                           &c->colon);
    bad.v |= t.v ^ colon.v;

    /* ":", "[", and "," in an array */

    t.v = b->arrays.v | colon.v | (comma.v & b->array.v);
    EXPORT_JSON_NAME(next)(&t, &t, &space, spaced, old->value,
                           &c->value);
    bad.v |= t.v & ~(open.v | scalar.v | b->all.v);

    /* the end of a value, but for a line's */

    t.v = (close.v & ~names->v) | (b->closes.v & ~(b->lasts.v & lines));
    last = export_json_last(&t);
    json_shift(&t, &t, old->after);
    after.v |= t.v;

    if (spaced) {
        last |= json_add(&after, &after, &space, 0);
        after.v &= ~space.v;
    }

    c->after = last;
    bad.v |= after.v & ~(comma.v | b->closes.v);

    t.v = b->objects.v | b->arrays.v;
    EXPORT_JSON_NAME(next)(&t, &t, &space, spaced, old->opened,
                           &c->opened);
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
 * The first half of a batch, before the masks of the next are made: what is
 * string, and the brackets.  The other half then finds these in memory.
 * Returns 0 if something is wrong or unusual.
 */

EXPORT_JSON_TARGET export_json_inline int
EXPORT_JSON_NAME(outline)(const export_json_t *json, const u_char *p,
    export_json_masks_t *m, export_json_brackets_t *b,
    const export_json_carry_t *old, export_json_carry_t *c)
{
    export_json_list_t  list;

    if (m->foul) {
        return 0;
    }

    m->string = m->quote;
    c->string = json_fill(&m->string, old->string);

    b->all.v = m->operator.v & ~(m->control.v | m->string.v | m->quote.v
                                 | m->colon.v | m->comma.v);

    c->escape = old->escape;
    c->closed = old->closed;

    json_list(&list, &b->all);

    return (m->escapes == 0 || export_json_escapes(p, m, &c->escape))
           && export_json_nesting(json, p, &list, b, &c->closed);
}


/*
 * The second half, all of it or nothing: EXPORT_OK if the batch was taken;
 * EXPORT_DECLINED if not; else reading goes on at *next byte by byte, or ends.
 */

EXPORT_JSON_TARGET export_json_inline int
EXPORT_JSON_NAME(detail)(export_json_t *json, const u_char *p,
    const export_json_masks_t *m, export_json_brackets_t *b,
    const export_json_carry_t *old, export_json_carry_t *c,
    const u_char **next)
{
    export_json_list_t  list;
    export_json_wide_t  names, t;

    c->end = m->end.w[EXPORT_JSON_BLOCKS - 1] >> 63;

    t.v = ~m->string.v | m->quote.v;

    if (!json_any(&t) && !old->in_name) {
        c->colon = c->name = c->value = c->after = c->opened = c->in_name = 0;
        c->scalar = c->over = c->minus = c->zero = c->point = c->integer = 0;

        return json_any(&m->control) ? EXPORT_DECLINED : EXPORT_OK;
    }

    json_fill(&b->array, 0);
    json_fill(&b->top, 0);

    if (!EXPORT_JSON_NAME(grammar)(json, p, m, b, old, c, &names)) {
        return EXPORT_DECLINED;
    }

    json_shift(&t, &m->end, old->end);
    names.v &= t.v;

    t.v = b->all.v | names.v;
    json_list(&list, &t);

    return export_json_take(json, p, m, &list, &names, next);
}


EXPORT_JSON_TARGET static const u_char *
EXPORT_JSON_NAME(scan)(export_json_t *json, const u_char *p)
{
    int                     rc;
    unsigned                n;
    const u_char           *next;
    export_json_feed_t      feed;
    export_json_masks_t     masks[2];
    export_json_carry_t     carry[2];
    export_json_brackets_t  b;

    if (json->last - p < EXPORT_JSON_SCAN_AHEAD) {
        return p;
    }

    carry[0] = export_json_enter(json);
    json->into = 0;

    memset(&feed, 0, sizeof(export_json_feed_t));
    EXPORT_JSON_NAME(masks)(json, p, &feed, &masks[0]);

    for (n = 0; json->last - p >= EXPORT_JSON_SCAN_AHEAD; n ^= 1) {

        if (!EXPORT_JSON_NAME(outline)(json, p, &masks[n], &b, &carry[n],
                                       &carry[n ^ 1]))
        {
            break;
        }

        if (json->end - p >= EXPORT_JSON_BATCH + EXPORT_JSON_SCAN_AHEAD) {
            EXPORT_JSON_NAME(masks)(json, p + EXPORT_JSON_BATCH, &feed,
                                    &masks[n ^ 1]);
        }

        rc = EXPORT_JSON_NAME(detail)(json, p, &masks[n], &b, &carry[n],
                                      &carry[n ^ 1], &next);

        if (rc == EXPORT_DECLINED) {
            break;
        }

        if (rc != EXPORT_OK) {
            return next;
        }

        p += EXPORT_JSON_BATCH;
    }

    return export_json_leave(json, p, &carry[n]);
}


#undef json_shift
#undef json_add
#undef json_any
#undef json_fill
#undef json_list
#undef v_eq
#undef v_gt
