
#include "export_bytes.h"


#define export_bytes_bit(n)     ((uint64_t) 1 << (n))

#define export_bytes_letter(c)                                                \
    [c] = export_bytes_bit((c) - 'a'),                                        \
    [(c) - 'a' + 'A'] = export_bytes_bit((c) - 'a')|EXPORT_BYTES_UPPER

#define export_bytes_digit(c)   [c] = export_bytes_bit(26 + (c) - '0')

#define EXPORT_BYTES_RARE       export_bytes_bit(62)


const uint64_t  export_bytes_set[256] = {

    export_bytes_letter('a'), export_bytes_letter('b'),
    export_bytes_letter('c'), export_bytes_letter('d'),
    export_bytes_letter('e'), export_bytes_letter('f'),
    export_bytes_letter('g'), export_bytes_letter('h'),
    export_bytes_letter('i'), export_bytes_letter('j'),
    export_bytes_letter('k'), export_bytes_letter('l'),
    export_bytes_letter('m'), export_bytes_letter('n'),
    export_bytes_letter('o'), export_bytes_letter('p'),
    export_bytes_letter('q'), export_bytes_letter('r'),
    export_bytes_letter('s'), export_bytes_letter('t'),
    export_bytes_letter('u'), export_bytes_letter('v'),
    export_bytes_letter('w'), export_bytes_letter('x'),
    export_bytes_letter('y'), export_bytes_letter('z'),

    export_bytes_digit('0'), export_bytes_digit('1'),
    export_bytes_digit('2'), export_bytes_digit('3'),
    export_bytes_digit('4'), export_bytes_digit('5'),
    export_bytes_digit('6'), export_bytes_digit('7'),
    export_bytes_digit('8'), export_bytes_digit('9'),

    ['-'] = EXPORT_BYTES_HYPHEN,
    ['.'] = EXPORT_BYTES_DOT,
    ['_'] = EXPORT_BYTES_LOW,

    ['#'] = export_bytes_bit(40),  ['%'] = export_bytes_bit(41),
    [';'] = export_bytes_bit(42),  ['?'] = export_bytes_bit(43),
    ['\\'] = export_bytes_bit(44), ['/'] = export_bytes_bit(45),
    ['!'] = export_bytes_bit(46),  ['$'] = export_bytes_bit(47),
    ['&'] = export_bytes_bit(48),  ['\''] = export_bytes_bit(49),
    ['('] = export_bytes_bit(50),  [')'] = export_bytes_bit(51),
    ['*'] = export_bytes_bit(52),  ['+'] = export_bytes_bit(53),
    [','] = export_bytes_bit(54),  [':'] = export_bytes_bit(55),
    ['='] = export_bytes_bit(56),  ['@'] = export_bytes_bit(57),
    ['['] = export_bytes_bit(58),  [']'] = export_bytes_bit(59),
    ['~'] = export_bytes_bit(60),

    ['"'] = EXPORT_BYTES_RARE,
    ['<'] = EXPORT_BYTES_RARE,
    ['>'] = EXPORT_BYTES_RARE,
    ['^'] = EXPORT_BYTES_RARE,
    ['`'] = EXPORT_BYTES_RARE,
    ['{'] = EXPORT_BYTES_RARE,
    ['|'] = EXPORT_BYTES_RARE,
    ['}'] = EXPORT_BYTES_RARE,
    [0 ... ' '] = EXPORT_BYTES_RARE,
    [0x7f] = EXPORT_BYTES_RARE,
    [0x80 ... 0xff] = export_bytes_bit(61)
};


uint64_t
export_bytes(const export_str_t *s)
{
    uint64_t       bytes;
    const u_char  *p, *last;

    bytes = 0;
    last = s->data + s->len;

    for (p = s->data; p < last; p++) {
        bytes |= export_bytes_set[*p];
    }

    return bytes;
}
