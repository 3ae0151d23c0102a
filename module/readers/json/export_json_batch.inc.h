
/*
 * A template: the part of the scanner that needs vectors.  export_json_x86.h
 * includes this file once for each instruction set, with these parameters,
 * which are undefined at the end:
 *
 *     EXPORT_JSON_NAME(n)      the name n with the set's suffix
 *     EXPORT_JSON_TARGET       the attribute of functions that use the set
 *     EXPORT_JSON_VECTOR       the type that holds the 64 bytes of a block
 *     EXPORT_JSON_WIDE         a vector of words: the masks of several blocks
 *                              in a row, a word for each block
 *
 * and these functions, whose names have the suffix too.  Of a block, v or w:
 *
 *     load(p)                  the block at p
 *     or(v, w), sub(v, w)      byte by byte
 *
 * Masks of a block, with a bit for each byte
 *
 *     same(v, w)               that is the same in both
 *     le(v, w)                 of v that is at most that of w, unsigned
 *     eq(v, c), gt(v, c)       that is c, or is over c, signed
 *     space(v)                 that is one of JSON's four white spaces
 *     sign(v)                  whose top bit is set
 *     ends(tails, v)           that a name to be looked at may end with
 *
 * and, where w and x are wide masks and m is the mask of one block:
 *
 *     list(at, m, n)           writes n plus the place of each bit to a list,
 *                              and returns the end of the list; writes up to
 *                              eight entries past it
 *     some(w)                  a bit for each word that is not 0
 *     across(w, &carry)        bits from each first of two bits on, up to but
 *                              without the second
 *     shift(w, last)           to the left by one bit, through all words; the
 *                              top bit of "last" comes in
 *     add(w, x, &carry)        w plus x, through all words
 *
 * A set that finds the tokens outside of strings faster than by comparing
 * defines EXPORT_JSON_PLANES, tokens(v, row, m, n), which notes the tokens of
 * block n, and turn(m, n), which makes masks of the notes for as many blocks
 * from n on as a wide mask has.  Such a set needs no or(), sub() and space().
 */


#define v_eq(v, c)  EXPORT_JSON_NAME(eq)(v, (char) c)
#define v_gt(v, c)  EXPORT_JSON_NAME(gt)(v, (char) c)

#define json_row(name)    EXPORT_JSON_NAME(load)(row[EXPORT_JSON_##name])
#define json_is(v, name)  EXPORT_JSON_NAME(same)(v, json_row(name))

#define json_shift  EXPORT_JSON_NAME(shift)
#define json_add    EXPORT_JSON_NAME(add)
#define json_some   EXPORT_JSON_NAME(some)
#define json_next   EXPORT_JSON_NAME(next_tokens)

#define json_wide(words)  (*(EXPORT_JSON_WIDE *) (void *) (words))
#define EXPORT_JSON_LANES  (sizeof(EXPORT_JSON_WIDE) / sizeof(uint64_t))

/* 1 if the blocks of the wide mask from "n" on are inside of one string */

#define json_text(mixed, n)                                                   \
    (((mixed) >> (n) & (((uint64_t) 1 << EXPORT_JSON_LANES) - 1)) == 0)


/*
 * Of each wide mask, what the next one needs: the top bit, which stands for
 * the byte in front of the next mask.  Below them the carries of additions.
 */

typedef struct {
    EXPORT_JSON_WIDE  comma;
    EXPORT_JSON_WIDE  open;
    EXPORT_JSON_WIDE  colon;
    EXPORT_JSON_WIDE  newline;
    EXPORT_JSON_WIDE  value;
    EXPORT_JSON_WIDE  name;
    EXPORT_JSON_WIDE  scalar;
    EXPORT_JSON_WIDE  other;
    EXPORT_JSON_WIDE  minus;
    EXPORT_JSON_WIDE  zero;
    EXPORT_JSON_WIDE  point;
    EXPORT_JSON_WIDE  end;
    EXPORT_JSON_WIDE  foreign;      /* all of the batch so far */
    uint64_t          in_name;
    uint64_t          integer;
} EXPORT_JSON_NAME(last_t);


/*
 * The bytes of a block that are no UTF-8 (RFC 3629).  Each byte that continues
 * a character must be asked for by the character's first byte, and the other
 * way round; and behind four first bytes some second bytes are wrong.
 */

EXPORT_JSON_TARGET static __attribute__((noinline)) uint64_t
EXPORT_JSON_NAME(check_utf8)(const u_char *p, export_json_utf8_t *carry)
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


#ifndef EXPORT_JSON_PLANES

EXPORT_JSON_TARGET export_json_inline void
EXPORT_JSON_NAME(tokens)(EXPORT_JSON_VECTOR v,
    const u_char (*row)[EXPORT_JSON_BLOCK], export_json_masks_t *m, size_t n)
{
    EXPORT_JSON_VECTOR  folded, digit;

    folded = EXPORT_JSON_NAME(or)(v, json_row(CASE));
    digit = EXPORT_JSON_NAME(sub)(v, json_row(NOUGHT));

    m->space[n] = EXPORT_JSON_NAME(space)(v);
    m->newline[n] = json_is(v, LINEFEED);
    m->colon[n] = json_is(v, COLON_SIGN);
    m->comma[n] = json_is(v, COMMA);
    m->open[n] = json_is(folded, OPENS);
    m->close[n] = json_is(folded, CLOSES);
    m->digit[n] = EXPORT_JSON_NAME(le)(digit, json_row(NINE));
    m->zero[n] = json_is(v, NOUGHT);
    m->point[n] = json_is(v, FULL_STOP);
    m->minus[n] = json_is(v, HYPHEN);
}


EXPORT_JSON_TARGET export_json_inline void
EXPORT_JSON_NAME(turn)(export_json_masks_t *m, size_t n)
{
    (void) m;
    (void) n;
}

#endif


/* the masks of a block that depend on no other block, but for the tokens */

EXPORT_JSON_TARGET export_json_inline void
EXPORT_JSON_NAME(marks)(const u_char *p, const u_char (*row)[EXPORT_JSON_BLOCK],
    const export_json_tails_t *tails, export_json_masks_t *m, size_t n)
{
    EXPORT_JSON_VECTOR  v;

    v = EXPORT_JSON_NAME(load)(p);

    m->quote[n] = json_is(v, QUOTE);
    m->escape[n] = json_is(v, BACKSLASH);
    m->plain[n] = v_gt(v, 0x1f);
    m->end[n] = EXPORT_JSON_NAME(ends)(tails, v) | ~m->plain[n] | tails->all;
}


/*
 * Checks a block's escapes, control characters and UTF-8.  A function of its
 * own, since few blocks have any of these.
 */

EXPORT_JSON_TARGET static __attribute__((noinline)) void
EXPORT_JSON_NAME(check_unusual)(const u_char *p, export_json_feed_t *feed,
    export_json_masks_t *m, size_t n)
{
    uint64_t             bad, string;
    const u_char       (*row)[EXPORT_JSON_BLOCK];
    EXPORT_JSON_VECTOR   v;

    row = export_json_rows;
    string = m->string[n];
    bad = 0;

    if ((string & ~m->plain[n]) | feed->utf8.trail) {
        v = EXPORT_JSON_NAME(load)(p);
        bad = EXPORT_JSON_NAME(le)(v, json_row(CONTROL)) & string;
        bad |= EXPORT_JSON_NAME(check_utf8)(p, &feed->utf8);
    }

    if (m->escape[n]) {
        bad |= export_json_check_escapes(p, m->escape[n] & string,
                                         &feed->escape);
    }

    m->bad[n] = bad;
}


/*
 * Marks the bytes inside of strings, in the blocks of the wide mask from "n"
 * on, but not past "blocks".  Returns a bit for each block that is not all
 * inside of one string, or has escapes.
 */

EXPORT_JSON_TARGET export_json_inline uint64_t
EXPORT_JSON_NAME(mark_strings)(const u_char *p, size_t blocks,
    export_json_feed_t *feed, export_json_masks_t *m, size_t n)
{
    size_t            i;
    uint64_t          escapes;
    EXPORT_JSON_WIDE  string, quote, odd;

    blocks = blocks - n < EXPORT_JSON_LANES ? blocks - n : EXPORT_JSON_LANES;
    escapes = json_some(json_wide(&m->escape[n]));

    if (escapes | feed->escaped) {
        export_json_unescape(m, n, blocks, &feed->escaped);
    }

    quote = json_wide(&m->quote[n]);
    string = EXPORT_JSON_NAME(across)(quote, &feed->string);
    odd = string & ~json_wide(&m->plain[n]);

    json_wide(&m->string[n]) = string;
    json_wide(&m->bad[n]) = (EXPORT_JSON_WIDE) { 0 };

    if (escapes | json_some(odd) | feed->utf8.trail) {

        for (i = 0; i < blocks; i++) {
            EXPORT_JSON_NAME(check_unusual)(p + i * EXPORT_JSON_BLOCK, feed,
                                            m, n + i);
        }
    }

    return (escapes | json_some(quote | ~string))
           & (((uint64_t) 1 << blocks) - 1);
}


/* the masks of "blocks" blocks that depend on no other block */

EXPORT_JSON_TARGET export_json_inline void
EXPORT_JSON_NAME(mark_blocks)(const export_json_t *json, const u_char *p,
    size_t blocks, export_json_masks_t *m)
{
    size_t                n;
    const u_char        (*row)[EXPORT_JSON_BLOCK];
    export_json_tails_t   tails;

    /* hides the constants: the compiler would build these vectors each time,
       which costs more than to load them */

    row = export_json_rows;
    __asm__ ("" : "+r" (row));

    export_json_set_tails(json, &tails);

    for (n = 0; n < blocks; n++) {
        EXPORT_JSON_NAME(marks)(p + n * EXPORT_JSON_BLOCK, row, &tails, m, n);
    }
}


/*
 * Finishes the masks that depend on the blocks in front, which "feed" knows
 * about.  A block inside of one string keeps most masks of an earlier batch,
 * since nobody looks at them.
 */

EXPORT_JSON_TARGET export_json_inline void
EXPORT_JSON_NAME(finish_masks)(const u_char *p, size_t blocks,
    export_json_feed_t *feed, export_json_masks_t *m)
{
    size_t          n;
    uint64_t        mixed;
    const u_char  (*row)[EXPORT_JSON_BLOCK];

    row = export_json_rows;
    __asm__ ("" : "+r" (row));

    m->before = feed->string;
    m->after = feed->escape;
    m->mixed = 0;

    for (n = 0; n < blocks; n += EXPORT_JSON_LANES) {
        m->mixed |= EXPORT_JSON_NAME(mark_strings)(p + n * EXPORT_JSON_BLOCK,
                                                   blocks, feed, m, n) << n;
    }

    for (mixed = m->mixed; mixed; mixed &= mixed - 1) {
        n = (size_t) __builtin_ctzll(mixed);
        EXPORT_JSON_NAME(tokens)(
            EXPORT_JSON_NAME(load)(p + n * EXPORT_JSON_BLOCK), row, m, n);
    }
}


/*
 * The first bytes of the tokens that follow these last bytes of tokens.  A
 * byte of "on" belongs to the same token as the one before, and follows none.
 */

EXPORT_JSON_TARGET export_json_inline EXPORT_JSON_WIDE
EXPORT_JSON_NAME(next_tokens)(EXPORT_JSON_WIDE ends, EXPORT_JSON_WIDE on,
    EXPORT_JSON_WIDE space, int spaced, const EXPORT_JSON_WIDE *old,
    EXPORT_JSON_WIDE *last)
{
    uint64_t          carry;
    EXPORT_JSON_WIDE  after;

    after = json_shift(ends, *old) & ~on;
    *last = ends;

    if (spaced) {
        carry = 0;
        after = json_add(after, space, &carry) & ~space;
        (*last)[EXPORT_JSON_LANES - 1] |= carry << 63;
    }

    return after;
}


/*
 * Returns the exponents that are wrong.  Exponents are rare, and looked at one
 * by one.  Behind "blocks" the masks are those of an earlier batch.
 */

EXPORT_JSON_TARGET static __attribute__((noinline)) EXPORT_JSON_WIDE
EXPORT_JSON_NAME(check_exponents)(const u_char *p, size_t blocks,
    EXPORT_JSON_WIDE exponents)
{
    size_t    n, at;
    uint64_t  bits;

    for (n = 0; n < EXPORT_JSON_LANES && n < blocks; n++) {

        for (bits = exponents[n]; bits; bits &= bits - 1) {
            at = n * EXPORT_JSON_BLOCK + (size_t) __builtin_ctzll(bits);

            if (export_json_is_exponent(p + at)) {
                exponents[n] ^= bits & (0 - bits);
            }
        }
    }

    return exponents;
}


/*
 * Returns the bytes that are wrong in numbers; *words becomes the first bytes
 * of tokens that must be literals.
 */

EXPORT_JSON_TARGET export_json_inline EXPORT_JSON_WIDE
EXPORT_JSON_NAME(check_numbers)(const u_char *p, size_t blocks,
    export_json_masks_t *m, size_t n, EXPORT_JSON_WIDE scalar,
    EXPORT_JSON_WIDE starts, const EXPORT_JSON_NAME(last_t) *old,
    EXPORT_JSON_NAME(last_t) *last, EXPORT_JSON_WIDE *words)
{
    EXPORT_JSON_WIDE  bad, digit, minus, point, other, behind, whole, zero,
                      exponents;

    digit = json_wide(&m->digit[n]) & scalar;
    minus = json_wide(&m->minus[n]) & scalar;
    point = json_wide(&m->point[n]) & scalar;
    other = scalar & ~(digit | minus | point);

    behind = json_shift(other, old->other);
    last->other = other;
    *words = other & starts;
    exponents = other & ~(behind | starts);

    /* a minus behind an "e" is the exponent's */

    minus &= ~behind;
    bad = minus & ~starts;

    whole = (starts & ~(minus | other)) | json_shift(minus, old->minus);
    last->minus = minus;
    bad |= whole & ~digit;

    zero = json_wide(&m->zero[n]) & whole;
    bad |= json_shift(zero, old->zero) & digit;
    last->zero = zero;

    /* a point stands behind the digits of the whole part, which the addition
       carries a bit across, and in front of a digit */

    bad |= json_shift(point, old->point) & ~digit;
    last->point = point;
    last->integer = old->integer;
    bad |= point & ~json_add(digit, whole, &last->integer);

    if (json_some(exponents) && n < blocks) {
        bad |= EXPORT_JSON_NAME(check_exponents)(p + n * EXPORT_JSON_BLOCK,
                                                 blocks - n, exponents);
    }

    return bad;
}


/*
 * Checks which token may follow which.  Notes the bytes that are wrong
 * anywhere, and those that are right in some places only.  A string behind a
 * comma or an opening bracket may be a name: in an object the string is one,
 * and a colon comes next.
 */

EXPORT_JSON_TARGET export_json_inline void
EXPORT_JSON_NAME(check_grammar)(const u_char *p, size_t blocks,
    export_json_masks_t *m, size_t n, const EXPORT_JSON_NAME(last_t) *old,
    EXPORT_JSON_NAME(last_t) *last, export_json_batch_t *b)
{
    int               spaced;
    EXPORT_JSON_WIDE  none, bad, string, quote, outside, space, newline, colon,
                      comma, open, close, scalar, words, opens, closes,
                      values, starts, after, names, sum, on;

    EXPORT_JSON_NAME(turn)(m, n);

    none = (EXPORT_JSON_WIDE) { 0 };
    string = json_wide(&m->string[n]);
    quote = json_wide(&m->quote[n]);
    outside = ~(string | quote);
    opens = quote & string;
    closes = quote & ~string;

    newline = json_wide(&m->newline[n]) & outside & b->lines;
    space = (json_wide(&m->space[n]) & outside) ^ newline;
    colon = json_wide(&m->colon[n]) & outside;
    comma = json_wide(&m->comma[n]) & outside;
    open = json_wide(&m->open[n]) & outside;
    close = json_wide(&m->close[n]) & outside;
    scalar = outside & ~(space | newline | colon | comma | open | close);

    spaced = json_some(space) != 0;
    values = opens | scalar | open;

    bad = json_wide(&m->bad[n]);
    on = scalar & json_shift(scalar, old->scalar);
    last->scalar = scalar;
    bad |= EXPORT_JSON_NAME(check_numbers)(p, blocks, m, n, scalar,
                                           scalar & ~on, old, last, &words);

    starts = json_next(comma, none, space, spaced, &old->comma, &last->comma);
    bad |= starts & ~values;

    after = json_next(open, none, space, spaced, &old->open, &last->open);
    bad |= after & ~(values | close);
    starts |= after;

    after = json_next(colon, none, space, spaced, &old->colon, &last->colon);
    bad |= after & ~values;

    after = json_next(newline, none, space, spaced, &old->newline,
                      &last->newline);
    bad |= after & ~(newline | open);

    json_wide(&b->value[n]) = closes | close | scalar;
    after = json_next(closes | close | scalar, on, space, spaced,
                      &old->value, &last->value);
    bad |= after & ~(comma | colon | close | newline);

    /* a bit added to the first byte of a string is carried to the byte behind
       the last one, the quote that closes the string, and clears the others */

    last->in_name = old->in_name;
    sum = json_add(string, starts & opens, &last->in_name);
    names = sum & closes;
    sum = string & ~sum;

    after = json_next(names, none, space, spaced, &old->name, &last->name);
    bad |= colon & ~after;

    json_wide(&b->bad[n]) = bad;
    json_wide(&b->space[n]) = space;
    json_wide(&b->comma[n]) = comma;
    json_wide(&b->open[n]) = open;
    json_wide(&b->colon[n]) = colon;
    json_wide(&b->newline[n]) = newline;
    json_wide(&b->name[n]) = names;
    json_wide(&b->in_name[n]) = sum;
    json_wide(&b->scalar[n]) = scalar;

    /* what an object cannot have: a member that is no string, or has no colon;
       and names with escapes, which are for the reader */

    json_wide(&b->element[n]) = (starts & (scalar | open)) | (after & ~colon)
                                | (json_wide(&m->escape[n]) & sum);
    json_wide(&b->inside[n]) = opens | scalar | (comma & b->lines);

    last->foreign = old->foreign | (sum & ~json_wide(&m->plain[n]));

    names &= json_shift(json_wide(&m->end[n]), old->end);
    last->end = json_wide(&m->end[n]);
    json_wide(&b->wanted[n]) = names;
    json_wide(&b->event[n]) = open | close | words | names;
}


/* Makes the masks of blocks that are all inside of one string. */

EXPORT_JSON_TARGET export_json_inline void
EXPORT_JSON_NAME(skip_text)(const export_json_masks_t *m, size_t n,
    const EXPORT_JSON_NAME(last_t) *old, EXPORT_JSON_NAME(last_t) *last,
    export_json_batch_t *b)
{
    uint64_t          in_name;
    EXPORT_JSON_WIDE  foreign;

    in_name = old->in_name;
    foreign = old->foreign | ((~json_wide(&m->plain[n])
                               | json_wide(&m->escape[n])) & (0 - in_name));

    memset(last, 0, sizeof(EXPORT_JSON_NAME(last_t)));
    last->in_name = in_name;
    last->foreign = foreign;
    last->end = json_wide(&m->end[n]);

    json_wide(&b->bad[n]) = json_wide(&m->bad[n]);
}


/*
 * Compares the bytes that are right in some places only with the nesting, and
 * returns how many blocks are right.  In an array, what looked like a name is
 * none.
 */

EXPORT_JSON_TARGET export_json_inline size_t
EXPORT_JSON_NAME(check_nesting)(export_json_batch_t *b)
{
    size_t            n;
    EXPORT_JSON_WIDE  array, top, bad;

    for (n = 0; n < EXPORT_JSON_BLOCKS; n += EXPORT_JSON_LANES) {

        if (json_text(b->mixed, n)) {
            continue;
        }

        array = EXPORT_JSON_NAME(across)(json_wide(&b->array[n]),
                                         &b->in_array);
        top = EXPORT_JSON_NAME(across)(json_wide(&b->top[n]), &b->on_top);

        bad = (json_wide(&b->colon[n]) & array)
              | (json_wide(&b->element[n]) & ~array)
              | (json_wide(&b->inside[n]) & top)
              | (json_wide(&b->newline[n]) & ~top);

        json_wide(&b->wanted[n]) &= ~array;

        if (json_some(bad)) {
            json_wide(&b->bad[n]) = bad;
            return export_json_count_good(b->bad, n, b->blocks);
        }
    }

    return b->blocks;
}


/* two functions of their own, since each needs all registers there are */

EXPORT_JSON_TARGET static __attribute__((noinline)) size_t
EXPORT_JSON_NAME(walk)(const export_json_t *json, const u_char *p,
    export_json_batch_t *b)
{
    return export_json_walk(json, p, b);
}


EXPORT_JSON_TARGET static __attribute__((noinline)) int
EXPORT_JSON_NAME(report_events)(export_json_t *json, const u_char *p,
    const export_json_masks_t *m, const export_json_batch_t *b,
    const u_char **next)
{
    return export_json_report_events(json, p, m, b, next);
}


/*
 * Returns how many of "blocks" blocks are well-formed and ordinary.  The blocks
 * behind have masks of an earlier batch, and what is found wrong in them does
 * not count.  The walk is repeated while it finds fewer good blocks, since its
 * depth and its events must be those of the good blocks only.
 */

EXPORT_JSON_TARGET export_json_inline size_t
EXPORT_JSON_NAME(check_batch)(const export_json_t *json, const u_char *p,
    size_t blocks, export_json_masks_t *m,
    const EXPORT_JSON_NAME(last_t) *old, EXPORT_JSON_NAME(last_t) *last,
    export_json_batch_t *b)
{
    size_t            n, good;
    uint64_t          mixed;
    EXPORT_JSON_WIDE  bad;

    bad = (EXPORT_JSON_WIDE) { 0 };

    for (n = 0; n < EXPORT_JSON_BLOCKS; n += EXPORT_JSON_LANES) {

        if (json_text(m->mixed, n)) {
            EXPORT_JSON_NAME(skip_text)(m, n, n ? last : old, last, b);

        } else {
            EXPORT_JSON_NAME(check_grammar)(p, blocks, m, n, n ? last : old,
                                            last, b);
        }

        bad |= json_wide(&b->bad[n]);
    }

    good = blocks;
    b->foreign = b->foreign << 8 | json_some(last->foreign);
    last->foreign = (EXPORT_JSON_WIDE) { 0 };

    if (json_some(bad)) {
        good = export_json_count_good(b->bad, 0, blocks);
    }

    do {
        b->blocks = good;
        b->events = b->at;
        b->mixed = m->mixed & (((uint64_t) 1 << good) - 1);

        for (n = 0; n < EXPORT_JSON_BLOCKS; n += EXPORT_JSON_LANES) {
            json_wide(&b->array[n]) = (EXPORT_JSON_WIDE) { 0 };
            json_wide(&b->top[n]) = (EXPORT_JSON_WIDE) { 0 };
        }

        for (mixed = b->mixed; mixed; mixed &= mixed - 1) {
            n = (size_t) __builtin_ctzll(mixed);
            b->events = EXPORT_JSON_NAME(list)(b->events, b->event[n],
                                               n * EXPORT_JSON_BLOCK);
        }

        good = EXPORT_JSON_NAME(walk)(json, p, b);

        if (good == b->blocks) {
            good = EXPORT_JSON_NAME(check_nesting)(b);
        }
    } while (good < b->blocks);

    return good;
}


/* where the text is in front of a wide mask: from bits to masks, and back */

EXPORT_JSON_TARGET static void
EXPORT_JSON_NAME(enter)(EXPORT_JSON_NAME(last_t) *last,
    const export_json_carry_t *c)
{
    memset(last, 0, sizeof(EXPORT_JSON_NAME(last_t)));

    last->comma[EXPORT_JSON_LANES - 1] = c->comma << 63;
    last->open[EXPORT_JSON_LANES - 1] = c->open << 63;
    last->colon[EXPORT_JSON_LANES - 1] = c->colon << 63;
    last->newline[EXPORT_JSON_LANES - 1] = c->newline << 63;
    last->value[EXPORT_JSON_LANES - 1] = c->value << 63;
    last->name[EXPORT_JSON_LANES - 1] = c->name << 63;
}


EXPORT_JSON_TARGET static void
EXPORT_JSON_NAME(leave)(const EXPORT_JSON_NAME(last_t) *last,
    export_json_carry_t *c)
{
    c->comma = last->comma[EXPORT_JSON_LANES - 1] >> 63;
    c->open = last->open[EXPORT_JSON_LANES - 1] >> 63;
    c->colon = last->colon[EXPORT_JSON_LANES - 1] >> 63;
    c->newline = last->newline[EXPORT_JSON_LANES - 1] >> 63;
    c->value = last->value[EXPORT_JSON_LANES - 1] >> 63;
    c->name = last->name[EXPORT_JSON_LANES - 1] >> 63;
    c->scalar = last->scalar[EXPORT_JSON_LANES - 1] >> 63;
    c->in_name = last->in_name;
}


/*
 * The scanner (export_json_scan_pt).  The first masks of the next batch are
 * made before this batch is checked: by then this batch's masks, written as
 * words, are in memory, and reading them as wide masks does not stall.
 */

EXPORT_JSON_TARGET static const u_char *
EXPORT_JSON_NAME(scan)(export_json_t *json, const u_char *p)
{
    size_t                    blocks, ahead, have, good;
    unsigned                  n;
    const u_char             *next;
    export_json_feed_t        feed;
    export_json_carry_t       c;
    export_json_batch_t       b;
    export_json_masks_t       masks[2];
    EXPORT_JSON_NAME(last_t)  last[2];

    if (json->last - p < EXPORT_JSON_SCAN_AHEAD) {
        return p;
    }

    memset(masks, 0, sizeof(masks));
    memset(&feed, 0, sizeof(export_json_feed_t));

    export_json_enter(json, &c);
    EXPORT_JSON_NAME(enter)(&last[0], &c);

    feed.string = c.string;
    json->into = 0;
    b.lines = 0 - (uint64_t) (json->mode == EXPORT_JSON_LINES
                              || json->mode == EXPORT_JSON_GUESS);
    b.foreign = 0;
    n = 0;
    ahead = export_json_count_blocks(p, json->end);
    EXPORT_JSON_NAME(mark_blocks)(json, p, ahead, &masks[n]);

    for ( ;; ) {
        blocks = export_json_count_blocks(p, json->last);
        blocks = blocks < ahead ? blocks : ahead;

        next = p + ahead * EXPORT_JSON_BLOCK;
        have = ahead;
        ahead = export_json_count_blocks(next, json->end);
        EXPORT_JSON_NAME(mark_blocks)(json, next, ahead, &masks[n ^ 1]);
        EXPORT_JSON_NAME(finish_masks)(p, have, &feed, &masks[n]);

        good = EXPORT_JSON_NAME(check_batch)(json, p, blocks, &masks[n],
                                             &last[n], &last[n ^ 1], &b);

        if (good && !EXPORT_JSON_NAME(report_events)(json, p, &masks[n], &b,
                                                     &next))
        {
            return next;
        }

        if (good < EXPORT_JSON_BLOCKS) {
            break;
        }

        p += EXPORT_JSON_BATCH;
        n ^= 1;
    }

    EXPORT_JSON_NAME(leave)(&last[n], &c);
    export_json_replay(&c, p, &masks[n], &b);

    return export_json_leave(json, p + good * EXPORT_JSON_BLOCK, &c);
}


#undef v_eq
#undef v_gt
#undef json_row
#undef json_is
#undef json_shift
#undef json_add
#undef json_some
#undef json_next
#undef json_wide
#undef json_text
#undef EXPORT_JSON_LANES
#undef EXPORT_JSON_NAME
#undef EXPORT_JSON_TARGET
#undef EXPORT_JSON_VECTOR
#undef EXPORT_JSON_WIDE
#undef EXPORT_JSON_PLANES
