
#include "export_method.h"


static int export_method_same_header(const export_str_t *name,
    const export_str_t *header);


const export_method_override_t
    export_method_overrides[EXPORT_METHOD_OVERRIDES] =
{
    { export_string("_method"), 0 },
    { export_string("http-method"), 0 },
    { export_string("http-method-override"), 0 },
    { export_string("x-http-method"), 1 },
    { export_string("x-method-override"), 1 },
    { export_string("x-http-method-override"), 1 },
};


static const export_str_t  export_method_readers[] = {
    export_string("GET"),
    export_string("HEAD"),
    export_string("OPTIONS"),
    export_string("DELETE"),
};


int
export_method_reads(const export_str_t *method)
{
    size_t               i;
    const export_str_t  *reader;

    for (i = 0; i < sizeof(export_method_readers) / sizeof(export_str_t); i++)
    {
        reader = &export_method_readers[i];

        /* Methods are case-sensitive (RFC 9110, section 9.1). */

        if (method->len == reader->len
            && export_same(method->data, reader->data, reader->len))
        {
            return 1;
        }
    }

    return 0;
}


int
export_method_is_overridden_by(const export_str_t *header)
{
    size_t  i;

    for (i = 0; i < EXPORT_METHOD_OVERRIDES; i++) {

        if (export_method_overrides[i].is_header
            && export_method_same_header(&export_method_overrides[i].name,
                                         header))
        {
            return 1;
        }
    }

    return 0;
}


static int
export_method_same_header(const export_str_t *name, const export_str_t *header)
{
    u_char  c;
    size_t  i;

    if (name->len != header->len) {
        return 0;
    }

    for (i = 0; i < name->len; i++) {
        c = export_lower(header->data[i]);

        if (c == name->data[i]) {
            continue;
        }

        if (name->data[i] != '-' || (c >= 'a' && c <= 'z')
            || (c >= '0' && c <= '9'))
        {
            return 0;
        }
    }

    return 1;
}
