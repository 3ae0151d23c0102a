
/*
 * Rules that can never match: each is an error at "nginx -t" that says what to
 * write, for such a rule lets pass what the operator meant to stop.
 */


#include "ngx_http_export.h"
#include "export_country.h"
#include "export_destination.h"


static ngx_int_t ngx_http_export_check_chars(const export_str_t *name,
    const char *allowed);
static const char *ngx_http_export_check_field(const export_str_t *name,
    u_char *to);
static const char *ngx_http_export_check_pointer(const export_str_t *name);
static const char *ngx_http_export_check_dotted(const export_str_t *name,
    u_char *to);
static u_char *ngx_http_export_write_pointer(const export_str_t *name,
    u_char *out, ngx_uint_t *dotted);
static ngx_uint_t ngx_http_export_is_element(const u_char *p,
    const u_char *last);
static ngx_uint_t ngx_http_export_is_regex(ngx_str_t *value);
static ngx_uint_t ngx_http_export_is_variable(ngx_str_t *value);
static ngx_int_t ngx_http_export_check_dropped(ngx_conf_t *cf,
    ngx_array_t *rules, const char *directive);
static void ngx_http_export_write_title(const export_str_t *name, u_char *to);
static const char *ngx_http_export_check_destination(ngx_str_t *value);


#define NGX_HTTP_EXPORT_NAME  128       /* bytes of the longest name that is
                                           checked and shown */


/* NGX_ERROR if no header, argument or field can have the name */

ngx_int_t
ngx_http_export_check_source(ngx_conf_t *cf, ngx_str_t *directive,
    ngx_str_t *value, export_head_rule_t *rule)
{
    u_char       write[NGX_HTTP_EXPORT_NAME * 2];
    const char  *error;

    error = NULL;
    write[0] = '\0';

    if (rule->name.len > NGX_HTTP_EXPORT_NAME) {
        return NGX_OK;
    }

    switch (rule->source) {

    case EXPORT_SOURCE_HEADER:
        if (ngx_http_export_check_chars(&rule->name, "-_.") != NGX_OK) {
            error = "a header's name has letters, digits and \"-\"; write it "
                    "as \"header:X-Data-Purpose\"";
        }

        break;

    case EXPORT_SOURCE_ARG:
        if (ngx_strlchr(rule->name.data, rule->name.data + rule->name.len, '=')
            || strcspn((char *) rule->name.data, "&?#%$ ") < rule->name.len)
        {
            error = "write the argument's name alone and decoded, as "
                    "\"arg:purpose\"";
        }

        break;

    case EXPORT_SOURCE_FIELD:
        error = ngx_http_export_check_field(&rule->name, write);
        break;

    default:
        break;
    }

    if (error == NULL) {
        return NGX_OK;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid source \"%V\" in \"%V\" directive: %s%s",
                       value, directive, error, write);

    return NGX_ERROR;
}


/* NGX_OK if a name has nothing but letters, digits and those allowed */

static ngx_int_t
ngx_http_export_check_chars(const export_str_t *name, const char *allowed)
{
    u_char      c;
    ngx_uint_t  i;

    for (i = 0; i < name->len; i++) {
        c = ngx_tolower(name->data[i]);

        if ((c < 'a' || c > 'z') && (c < '0' || c > '9')
            && (c == '\0' || strchr(allowed, c) == NULL))
        {
            return NGX_DECLINED;
        }
    }

    return NGX_OK;
}


/*
 * The name of a field, as other languages write it.  Returns an error's text,
 * or NULL; what to write instead goes to "to".
 */

static const char *
ngx_http_export_check_field(const export_str_t *name, u_char *to)
{
    u_char  *p, *last;

    p = name->data;
    last = p + name->len;

    if (p[0] == '/') {
        return ngx_http_export_check_pointer(name);
    }

    if (p[0] <= ' ' || last[-1] <= ' ') {
        return "a name has no blank at its ends";
    }

    if (name->len > 1 && p[0] == '"' && last[-1] == '"') {
        return "a name has no quotes; write it without";
    }

    if (p[0] == '#') {
        return "write a pointer as \"field:/user/ip\"";
    }

    if (ngx_strlchr(p, last, '*')) {
        return "a name has no \"*\"; write \"field:NAME\", which is looked for "
               "at any depth";
    }

    return ngx_http_export_check_dotted(name, to);
}


static const char *
ngx_http_export_check_pointer(const export_str_t *name)
{
    u_char       next;
    ngx_uint_t   i;
    const char  *error;

    error = NULL;

    for (i = 0; i < name->len; i++) {
        next = i + 1 < name->len ? name->data[i + 1] : '/';

        switch (name->data[i]) {

        case '/':
            if (next == '/') {
                return "a pointer has no empty part; write it as "
                       "\"field:/user/ip\"";
            }

            break;

        case '~':
            if (next != '0' && next != '1') {
                error = "in a pointer \"~\" is written as \"~0\", and \"/\" "
                        "in a name as \"~1\"";
            }

            break;

        default:
            break;
        }
    }

    if (error) {
        return error;
    }

    return ngx_strlchr(name->data, name->data + name->len, '*')
           ? "a pointer has no \"*\"; write \"field:NAME\", which is "
             "looked for at any depth" : NULL;
}


/* a path to a member, as in user.ip, user/ip, $.ip, a[0].b or ip[] */

static const char *
ngx_http_export_check_dotted(const export_str_t *name, u_char *to)
{
    u_char      *last, *out;
    ngx_uint_t   dotted;

    out = ngx_cpymem(to, "\"field:", 7);
    out = ngx_http_export_write_pointer(name, out, &dotted);

    if (!dotted) {
        to[0] = '\0';
        return NULL;
    }

    *out++ = '"';
    *out = '\0';

    /* a member that is in no other one is written as a name */

    if (ngx_strlchr(to + 8, out, '/') == NULL && to[7] == '/') {
        ngx_memmove(to + 7, to + 8, out - to - 7);
    }

    last = name->data + name->len;

    return ngx_strlchr(name->data, last, '.') && name->data[0] != '$'
           ? "a member within a member is written as a pointer (and a name "
             "with a dot too, \"field:/a.b\"); write "
           : "write ";
}


/*
 * Writes the name as a JSON pointer, and sets "dotted" if anything in it
 * divides the names of members.  Elements of an array are left out: a pointer
 * looks into each of them.
 */

static u_char *
ngx_http_export_write_pointer(const export_str_t *name, u_char *out,
    ngx_uint_t *dotted)
{
    u_char      *p, *last;
    ngx_uint_t   begins;

    p = name->data;
    last = p + name->len;
    *dotted = p[0] == '$';
    begins = 1;

    if (p[0] == '$' && name->len > 1 && (p[1] == '.' || p[1] == '[')) {
        p++;
    }

    for ( /* void */ ; p < last; p++) {

        if (*p == '.' || *p == '/') {
            *dotted = 1;
            begins = 1;
            continue;
        }

        if (ngx_http_export_is_element(p, last)) {
            *dotted = 1;
            begins = 1;

            while (p < last && *p != ']') {
                p++;
            }

            continue;
        }

        if (begins) {
            *out++ = '/';
        }

        *out++ = *p;
        begins = (*p == ']');
    }

    return out;
}


/* whether an element of an array begins here: "[0]", "[]" or "['a']" */

static ngx_uint_t
ngx_http_export_is_element(const u_char *p, const u_char *last)
{
    return p + 1 < last && p[0] == '['
           && (p[1] == ']' || p[1] == '\'' || p[1] == '"'
               || (p[1] >= '0' && p[1] <= '9'));
}


/* NGX_ERROR if no value can be equal to the literal */

ngx_int_t
ngx_http_export_check_literal(ngx_conf_t *cf, ngx_str_t *directive,
    ngx_str_t *value)
{
    u_char      *p, *last;
    const char  *error;

    if (value->len == 0 || value->data[0] == '~') {
        return NGX_OK;
    }

    error = NULL;
    p = value->data;
    last = p + value->len;

    if (p[0] <= ' ' || last[-1] <= ' ') {
        error = "values are compared without blanks at their ends; write it "
                "without";

    } else if (ngx_http_export_is_regex(value)) {
        error = "a regex begins with \"~\"; write it before";

    } else if (p[0] == '*' || last[-1] == '*') {
        error = "a literal has no \"*\"; write a regex, as \"~^ai-\", or "
                "\"~.\" for any value";

    } else if (ngx_http_export_is_variable(value)) {
        error = "variables are not evaluated here; write what they are to be";

    } else if (ngx_strlchr(p, last, ',')) {
        error = "the items of a list are compared one by one; write each as a "
                "pattern of its own";
    }

    if (error == NULL) {
        return NGX_OK;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid pattern \"%V\" in \"%V\" directive: %s",
                       value, directive, error);

    return NGX_ERROR;
}


/* whether a literal looks like a regex that has lost its "~" */

static ngx_uint_t
ngx_http_export_is_regex(ngx_str_t *value)
{
    return value->data[0] == '^'
           || (value->len > 1 && value->data[value->len - 1] == '$')
           || ngx_strnstr(value->data, ".*", value->len);
}


static ngx_uint_t
ngx_http_export_is_variable(ngx_str_t *value)
{
    u_char  c;

    if (value->len < 2 || value->data[0] != '$') {
        return 0;
    }

    c = ngx_tolower(value->data[1]);

    return c == '{' || (c >= 'a' && c <= 'z');
}


/*
 * NGX_ERROR if a rule looks at a header that nginx drops.  Which headers nginx
 * drops is known when the server's configuration has been merged.
 */

ngx_int_t
ngx_http_export_check_headers(ngx_conf_t *cf, ngx_http_export_loc_conf_t *elcf)
{
    if (ngx_http_export_check_dropped(cf, elcf->purposes, "export_purpose")
        != NGX_OK
        || ngx_http_export_check_dropped(cf, elcf->subjects, "export_subject")
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_export_check_dropped(cf, elcf->consents, "export_consent");
}


static ngx_int_t
ngx_http_export_check_dropped(ngx_conf_t *cf, ngx_array_t *rules,
    const char *directive)
{
    u_char                     title[NGX_HTTP_EXPORT_NAME + 1];
    ngx_uint_t                 i;
    export_head_rule_t        *rule;
    ngx_http_core_srv_conf_t  *cscf;

    cscf = ngx_http_conf_get_module_srv_conf(cf, ngx_http_core_module);

    if (rules == NULL || !cscf->ignore_invalid_headers) {
        return NGX_OK;
    }

    rule = rules->elts;

    for (i = 0; i < rules->nelts; i++) {

        if (rule[i].source != EXPORT_SOURCE_HEADER
            || ngx_http_export_check_chars(&rule[i].name,
                                           cscf->underscores_in_headers
                                           ? "-_" : "-")
               == NGX_OK)
        {
            continue;
        }

        ngx_http_export_write_title(&rule[i].name, title);

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid source \"header:%V\" in \"%s\" directive: "
                           "nginx drops such a header; write \"header:%s\"%s",
                           &rule[i].name, directive, title,
                           ngx_strlchr(rule[i].name.data, rule[i].name.data
                                       + rule[i].name.len, '_')
                           ? ", or \"underscores_in_headers on\"" : "");
        return NGX_ERROR;
    }

    return NGX_OK;
}


/* writes x_data_purpose as X-Data-Purpose */

static void
ngx_http_export_write_title(const export_str_t *name, u_char *to)
{
    u_char      c;
    ngx_uint_t  i;

    for (i = 0; i < name->len && i < NGX_HTTP_EXPORT_NAME; i++) {
        c = name->data[i];

        if (c == '_' || c == '.') {
            to[i] = '-';

        } else {
            to[i] = i == 0 || to[i - 1] == '-' ? ngx_toupper(c) : c;
        }
    }

    to[i] = '\0';
}


/* EU is no country of the table, and does not stand for its members */

ngx_int_t
ngx_http_export_check_country(ngx_conf_t *cf, ngx_str_t *value,
    ngx_str_t *code)
{
    const export_country_t  *country;

    country = export_country_find(ngx_http_export_str(code));

    if (country && country->kind != EXPORT_COUNTRY_UNKNOWN
        && country->kind != EXPORT_COUNTRY_UNKNOWN_EEA)
    {
        return NGX_OK;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid value \"%V\" in \"export_jurisdiction\" "
                       "directive: this is no country; write codes of "
                       "ISO 3166-1, as \"GB\"%s", value,
                       country && country->kind == EXPORT_COUNTRY_UNKNOWN_EEA
                       ? "; the members of the EU are in \"eea\"" : "");

    return NGX_ERROR;
}


void
ngx_http_export_check_unknown(ngx_conf_t *cf, export_jurisdictions_t *js,
    ngx_str_t *name)
{
    unsigned       i;
    ngx_str_t     *known;
    export_str_t  *s;

    s = ngx_http_export_str(name);

    for (i = 0; i < js->n; i++) {
        known = (ngx_str_t *) &js->name[i];

        if (export_str_same(&js->name[i], s)) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "unknown jurisdiction \"%V\" in "
                               "\"export_protect\" directive: write \"%V\"",
                               name, known);
            return;
        }
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "unknown jurisdiction \"%V\" in \"export_protect\" "
                       "directive: write \"eea\", \"uk\", \"ch\" or a name "
                       "that \"export_jurisdiction\" defines%s", name,
                       export_country_find(s) ? " with this code" : "");
}


/* only the constant parts of the value can be checked */

char *
ngx_http_export_destination(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char        *rv;
    ngx_str_t   *value, copy;
    const char  *error;

    value = cf->args->elts;

    copy.len = value[1].len;
    copy.data = ngx_pstrdup(cf->pool, &value[1]);

    if (copy.data == NULL) {
        return NGX_CONF_ERROR;
    }

    rv = ngx_http_set_complex_value_slot(cf, cmd, conf);

    if (rv != NGX_CONF_OK) {
        return rv;
    }

    error = ngx_http_export_check_destination(&copy);

    if (error == NULL) {
        return NGX_CONF_OK;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid value \"%V\" in \"export_destination\" "
                       "directive: write a host, as \"api.example.com\"%s",
                       &copy, error);

    return NGX_CONF_ERROR;
}


static const char *
ngx_http_export_check_destination(ngx_str_t *value)
{
    u_char        buf[1024];
    export_str_t  host;

    if (ngx_strnstr(value->data, "://", value->len)) {
        return ", without scheme";
    }

    if (ngx_strlchr(value->data, value->data + value->len, '/')
        || ngx_strnstr(value->data, "$request_uri", value->len)
        || ngx_strnstr(value->data, "$uri", value->len))
    {
        return ", without path";
    }

    if (ngx_strlchr(value->data, value->data + value->len, '$')) {
        return NULL;
    }

    if (value->len > sizeof(buf)
        || export_destination_host(ngx_http_export_str(value), buf, &host)
           != EXPORT_OK
        || host.data[0] == '.')
    {
        return "";
    }

    return NULL;
}
