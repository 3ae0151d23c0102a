
#include "tap.h"

#include "../../module/head/export_destination.c"

#include "pool.h"


#define RANDOM  20000
#define LONG    0x10000
#define LONGER  0x40000


typedef struct {
    const char  *value;
    const char  *host;          /* NULL: declined */
} host_t;


typedef struct {
    const char  *path;
    const char  *decoded;
} path_t;


static const host_t  hosts[] = {
    { "api.example.com", "api.example.com" },
    { "API.Example.COM", "api.example.com" },
    { "api.example.com.", "api.example.com" },
    { "api.example.com:443", "api.example.com" },
    { "api.example.com.:443", "api.example.com" },
    { "api.example.com:", "api.example.com" },
    { "localhost", "localhost" },
    { "a", "a" },
    { "192.0.2.1:8080", "192.0.2.1" },
    { "[2001:DB8::1]", "[2001:db8::1]" },
    { "[2001:db8::1]:443", "[2001:db8::1]" },
    { "under_score.example", "under_score.example" },
    { "xn--bcher-kva.example", "xn--bcher-kva.example" },

    { "", NULL },
    { ".", NULL },
    { ":", NULL },
    { ":443", NULL },
    { ".:443", NULL },
    { "[", NULL },
    { "[2001:db8::1", NULL },
    { "api example.com", NULL },
    { " api.example.com", NULL },
    { "api.example.com ", NULL },
    { "api.example.com\t", NULL },
    { "api.example.com/v1", NULL },
    { "api.example.com\\v1", NULL },
    { "user@api.example.com", NULL },
    { "b\xc3\xbc" "cher.example", NULL },
    { "a\x7f", NULL },
    { "a\r\nb", NULL },
    { "[a b]", NULL },
    { "[a/b]", NULL },
    { "[a\r\nb]", NULL },
    { "[::1]x", NULL },
    { "[::1", NULL },
    { "[[::1]]", NULL },
    { "[::1]:x", NULL },
    { "[::1]:443:1", NULL },
    { "[fe80::1%25eth0]", NULL },
    { "a:b", NULL },
    { "::1", NULL },
    { "https://api.example.com", NULL },
    { "api.example.com:443@example.org", NULL },
    { "api.example.com:443/v1", NULL },
    { "api.example.com: 443", NULL },
    { "api.example.com:-1", NULL },
    { "api%2eexample.com", NULL },
    { "a,b", NULL },
    { "a;b", NULL },
    { "a?b", NULL },
    { "a#b", NULL },
    { "*.example.com", NULL },
    { "[::1]]", NULL },
};


static const path_t  paths[] = {
    { "", "" },
    { "/", "/" },
    { "/v1/files", "/v1/files" },
    { "/v1/files/", "/v1/files" },
    { "/V1/Files", "/V1/Files" },

    /* encodings, down to the last */

    { "/v1/%66iles", "/v1/files" },
    { "/v1/%2566iles", "/v1/files" },
    { "/v1/%252566iles", "/v1/files" },
    { "/v1/%%36%36iles", "/v1/files" },
    { "/v1/%2%35%36%36iles", "/v1/files" },
    { "/v1%2ffiles", "/v1/files" },
    { "/v1%2Ffiles", "/v1/files" },
    { "/v1%252ffiles", "/v1/files" },
    { "%2fv1%2ffiles", "/v1/files" },
    { "/v1%5cfiles", "/v1/files" },
    { "/a%zz", "/a%zz" },
    { "/a%", "/a%" },
    { "/a%4", "/a%4" },
    { "/a%4g", "/a%4g" },
    { "/a%%", "/a%%" },
    { "/a%%41", "/a%A" },
    { "/a+b", "/a+b" },
    { "/a%3fb%23c", "/a?b#c" },
    { "/caf%c3%a9", "/caf\xc3\xa9" },

    /* segments */

    { "//v1//files", "/v1/files" },
    { "/v1/./files", "/v1/files" },
    { "/v1/x/../files", "/v1/files" },
    { "/v1/%2e%2e/v1/files", "/v1/files" },
    { "/v1/%252e%252e/v1/files", "/v1/files" },
    { "/../../v1/files", "/v1/files" },
    { "/v1/files/.", "/v1/files" },
    { "/v1/files/x/..", "/v1/files" },
    { "/..", "/" },
    { "/.", "/" },
    { "//", "/" },
    { "/a/..", "/" },
    { "/a/../..", "/" },
    { "/a/b/c/../../d", "/a/d" },
    { "/...", "/..." },
    { "/..a/.b", "/..a/.b" },
    { "\\v1\\files", "/v1/files" },
    { "/v1\\..\\v1/files", "/v1/files" },

    /* parameters */

    { "/v1;a=b/files;c", "/v1/files" },
    { "/v1/x/..;/files", "/v1/files" },
    { "/v1/.;/files", "/v1/files" },
    { "/v1/;a/files", "/v1/files" },
    { "/v1%3ba/files%3B", "/v1/files" },
    { "/v1/fi%3bles", "/v1/fi" },
    { "/v1/x;/../files", "/v1/files" },
    { "/;", "/" },
    { "/v1/files;a\\b", "/v1/files/b" },

    /* a path that does not begin with a slash is only decoded */

    { "*", "*" },
    { "a//b/../%63", "a//b/../c" },
};


/* encoded slashes stay */

static const path_t  kept[] = {
    { "", "" },
    { "/v1/%66iles", "/v1/files" },
    { "/v1%2ffiles", "/v1%2ffiles" },
    { "/v1%2Ffiles/", "/v1%2Ffiles" },
    { "/v1%5cfiles", "/v1%5cfiles" },
    { "/v1%252ffiles", "/v1%2ffiles" },
    { "/v1%25252ffiles", "/v1%2ffiles" },
    { "/v1%2%66files", "/v1%2ffiles" },
    { "/a%2f..%2fb/..", "/" },
    { "/x/%2e%2e/a%2fb", "/a%2fb" },
    { "/x\\..\\a", "/a" },
    { "/a;b%2fc/d", "/a/d" },
    { "%2fv1", "%2fv1" },
};


/* as a careless recipient reads them */

static const path_t  loose[] = {
    { "", "" },
    { "/v1/files", "/v1/files" },
    { "/v1%2ffiles;a", "/v1/files" },

    { "/v1%c0%affiles", "/v1/files" },
    { "/v1%25c0%25affiles", "/v1/files" },
    { "/v1%c1%9cfiles", "/v1/files" },
    { "/v1/%c1%a6iles", "/v1/files" },
    { "/v1/x/%c0%ae%c0%ae/files", "/v1/files" },
    { "/v1/%c0%a566iles", "/v1/files" },
    { "/v1%e0%80%affiles", "/v1/files" },
    { "/v1/%e0%81%a6iles", "/v1/files" },
    { "/v1%f0%80%80%affiles", "/v1/files" },
    { "/v1%f8%80%80%80%affiles", "/v1/files" },
    { "/v1%fc%80%80%80%80%affiles", "/v1/files" },
    { "/v1\xc0\xaf" "files", "/v1/files" },
    { "/v1\xc1\x9c" "files", "/v1/files" },
    { "/v1/\xc1\xa6iles", "/v1/files" },
    { "/v1\xe0\x80\xaf" "files", "/v1/files" },
    { "/v1\xf0\x80\x80\xaf" "files", "/v1/files" },
    { "/v1\xf8\x80\x80\x80\xaf" "files", "/v1/files" },
    { "/v1\xfc\x80\x80\x80\x80\xaf" "files", "/v1/files" },
    { "/v1\xc0%affiles", "/v1/files" },
    { "/v1%c0\xaf" "files", "/v1/files" },

    { "/v1\xef\xbc\x8f" "files", "/v1/files" },
    { "/v1%ef%bc%8ffiles", "/v1/files" },
    { "/v1%ef%bc%bcfiles", "/v1/files" },
    { "/v1/%ef%bd%86iles", "/v1/files" },
    { "/v1/x/%ef%bc%8e%ef%bc%8e/files", "/v1/files" },
    { "/v1/%ef%bc%8566iles", "/v1/files" },
    { "/v1%u002ffiles", "/v1/files" },
    { "/v1%U002Ffiles", "/v1/files" },
    { "/v1%25u002ffiles", "/v1/files" },
    { "/v1%uff0ffiles", "/v1/files" },
    { "/v1/%u0066iles", "/v1/files" },
    { "/v1/%u00%366iles", "/v1/files" },
    { "/v1/%u002", "/v1/%u002" },
    { "/v1/%u00zz", "/v1/%u00zz" },
    { "/v1/%u2215x", "/v1/%u2215x" },
    { "/%ef%bc%80%ef%bd%9f", "/\xef\xbc\x80\xef\xbd\x9f" },

    { "%c0", "\xc0" },
    { "/%af", "/\xaf" },
    { "/%80%af", "/\x80\xaf" },
    { "/%c0files", "/\xc0" "files" },
    { "/%c2%af", "/\xc2\xaf" },
    { "/%e0%a0%af", "/\xe0\xa0\xaf" },
    { "/%e1%80%af", "/\xe1\x80\xaf" },
    { "/%f0%80%af", "/\xf0\x80\xaf" },
    { "/%fe%80%80%80%80%80%af", "/\xfe\x80\x80\x80\x80\x80\xaf" },
    { "/caf%c3%a9/%e2%82%ac", "/caf\xc3\xa9/\xe2\x82\xac" },

    { "/v1/files%3fa/b", "/v1/files" },
    { "/v1/files%23a/../..", "/v1/files" },
    { "/v1/files/%3f", "/v1/files" },
    { "/%3f", "/" },

    { "/v1/files%20", "/v1/files" },
    { "/v1%20/%09files%0d%0a", "/v1/files" },
    { "/v1/%20/files", "/v1/files" },
    { "/v1/x/..%20/files", "/v1/files" },
    { "/v1/a%20b", "/v1/a b" },
    { "/v1/files%20;a", "/v1/files" },
};


static void
test_host(void)
{
    int           rc;
    u_char        buf[1024], text[1024], *p;
    size_t        i, len;
    export_str_t  value, host;

    for (i = 0; i < sizeof(hosts) / sizeof(host_t); i++) {
        len = strlen(hosts[i].value);
        value.len = len;
        value.data = guard_copy(hosts[i].value, len);
        p = guard_copy(hosts[i].value, len);

        rc = export_destination_host(&value, p, &host);

        ok(export_destination_is_host(&value, export_bytes(&value))
           == (hosts[i].host != NULL && rc == EXPORT_OK
               && strcmp(hosts[i].value, hosts[i].host) == 0),
           "case %zu is a host as it stands, or not", i);

        is_int(rc, hosts[i].host ? EXPORT_OK : EXPORT_DECLINED,
               "host of case %zu", i);

        if (hosts[i].host && rc == EXPORT_OK) {
            ok(host.len == strlen(hosts[i].host)
               && memcmp(host.data, hosts[i].host, host.len) == 0,
               "... \"%s\"", hosts[i].host);
        }

        guard_free(value.data, len);
        guard_free(p, len);
    }

    memset(text, 'a', sizeof(text));
    value.data = text;

    value.len = EXPORT_MAX_HOST;
    is_int(export_destination_host(&value, buf, &host), EXPORT_OK,
           "the longest host");
    is_int(export_destination_is_host(&value, export_bytes(&value)), 1,
           "... as it stands");
    value.len++;
    is_int(export_destination_host(&value, buf, &host), EXPORT_DECLINED,
           "one byte more");
    is_int(export_destination_is_host(&value, export_bytes(&value)), 0,
           "... as it stands");
    text[EXPORT_MAX_HOST] = '.';
    is_int(export_destination_host(&value, buf, &host), EXPORT_OK,
           "... that is the root's dot");
    is_int(host.len, EXPORT_MAX_HOST, "... which does not count");

    /* each byte: a host holds letters, digits, "-", "." and "_" */

    for (i = 0; i < 256; i++) {
        text[0] = 'a';
        text[1] = (u_char) i;
        text[2] = 'b';
        value.len = 3;

        rc = export_destination_host(&value, buf, &host);

        if (export_destination_is_host(&value, export_bytes(&value))
            != (rc == EXPORT_OK && memcmp(host.data, text, 3) == 0))
        {
            ok(0, "byte %zu as it stands", i);
        }

        if ((rc == EXPORT_OK) != ((i >= '0' && i <= '9')
                                  || (i >= 'A' && i <= 'Z')
                                  || (i >= 'a' && i <= 'z')
                                  || i == '-' || i == '.' || i == '_'))
        {
            ok(0, "byte %zu", i);
        }
    }
}


static void
test_path(void)
{
    size_t        i, len;
    u_char       *buf;
    uint64_t      bytes;
    export_str_t  path, s;

    static const char  *odd[] = { "/%a", "/\\a", "/;a", "/?a", "/#a" };

    for (i = 0; i < sizeof(paths) / sizeof(path_t); i++) {
        len = strlen(paths[i].path);
        path.len = len;
        path.data = guard_copy(paths[i].path, len);
        buf = guard_copy(paths[i].path, len);

        s = export_destination_path(&path, buf);

        ok(s.len == strlen(paths[i].decoded)
           && memcmp(s.data, paths[i].decoded, s.len) == 0,
           "\"%s\" is \"%s\"", paths[i].path, paths[i].decoded);

        if (export_destination_plain(&path, &bytes)) {
            ok(strcmp(paths[i].path, paths[i].decoded) == 0, "... plain");
        }

        guard_free(path.data, len);
        guard_free(buf, len);
    }

    for (i = 0; i < sizeof(kept) / sizeof(path_t); i++) {
        len = strlen(kept[i].path);
        path.len = len;
        path.data = guard_copy(kept[i].path, len);
        buf = guard_copy(kept[i].path, len);

        s = export_destination_path_kept(&path, buf);

        ok(s.len == strlen(kept[i].decoded)
           && memcmp(s.data, kept[i].decoded, s.len) == 0,
           "\"%s\" is \"%s\", kept", kept[i].path, kept[i].decoded);

        guard_free(path.data, len);
        guard_free(buf, len);
    }

    for (i = 0; i < sizeof(loose) / sizeof(path_t); i++) {
        len = strlen(loose[i].path);
        path.len = len;
        path.data = guard_copy(loose[i].path, len);
        buf = guard_copy(loose[i].path, len);

        s = export_destination_path_loose(&path, buf);

        ok(s.len == strlen(loose[i].decoded)
           && memcmp(s.data, loose[i].decoded, s.len) == 0,
           "\"%s\" is \"%s\", loosely", loose[i].path, loose[i].decoded);

        guard_free(path.data, len);
        guard_free(buf, len);
    }

    path.data = (u_char *) "/a%00b";
    path.len = 6;
    buf = guard_copy("123456", 6);
    s = export_destination_path(&path, buf);
    ok(s.len == 4 && memcmp(s.data, "/a\0b", 4) == 0, "a NUL is a byte");
    guard_free(buf, 6);

    path.data = (u_char *) "/v1/files";
    path.len = 9;
    is_int(export_destination_plain(&path, &bytes), 1,
           "nearly every path is plain");
    ok(bytes == export_bytes(&path), "... and its bytes are known");

    for (i = 0; i < 5; i++) {
        path.data = (u_char *) odd[i];
        path.len = 3;
        is_int(export_destination_plain(&path, &bytes), 0,
               "\"%s\" is not", odd[i]);
    }
}


/* the same, as it would be explained: round by round, and with a stack */

static size_t
slowly(const u_char *path, size_t len, u_char *out, int keep)
{
    u_char    c, text[64], *start[64];
    size_t    i, n, nsegments, changed, size[64];

    memcpy(text, path, len);

    do {
        changed = 0;

        for (i = 0, n = 0; i < len; i++) {
            if (text[i] == '%' && i + 2 < len && export_hex(text[i + 1]) >= 0
                && export_hex(text[i + 2]) >= 0)
            {
                c = (u_char) (export_hex(text[i + 1]) * 16
                              + export_hex(text[i + 2]));

                if (!keep || (c != '/' && c != '\\')) {
                    text[n++] = c;
                    i += 2;
                    changed = 1;
                    continue;
                }
            }

            text[n++] = text[i];
        }

        len = n;

    } while (changed);

    if (len == 0 || (text[0] != '/' && text[0] != '\\')) {
        memcpy(out, text, len);
        return len;
    }

    nsegments = 0;

    for (i = 1; i <= len; i = n + 1) {
        for (n = i; n < len && text[n] != '/' && text[n] != '\\'; n++) {
            /* void */
        }

        start[nsegments] = text + i;
        size[nsegments] = n - i;

        if (memchr(text + i, ';', n - i)) {
            size[nsegments] = (size_t) ((u_char *) memchr(text + i, ';', n - i)
                                        - (text + i));
        }

        if (size[nsegments] == 2 && memcmp(text + i, "..", 2) == 0) {
            nsegments -= (nsegments > 0);

        } else if (size[nsegments] > 1
                   || (size[nsegments] == 1 && text[i] != '.'))
        {
            nsegments++;
        }
    }

    for (i = 0, n = 0; i < nsegments; i++) {
        out[n++] = '/';
        memcpy(out + n, start[i], size[i]);
        n += size[i];
    }

    if (n == 0) {
        out[n++] = '/';
    }

    return n;
}


static void
test_random(void)
{
    int           keep;
    u_char       *buf, text[32], once[32], want[64];
    size_t        len, n;
    uint64_t      set;
    unsigned      i, k, again, plain, wrong;
    export_str_t  path, s, (*decode)(const export_str_t *path, u_char *buf);
    static char   bytes[] = "////\\...;;%%%2223355eEfFcCbBaz";

    again = plain = wrong = 0;
    buf = guard_copy(bytes, 24);

    for (i = 0; i < RANDOM; i++) {
        len = draw(25);

        for (k = 0; k < len; k++) {
            text[k] = (u_char) bytes[draw(sizeof(bytes) - 1)];
        }

        if (len && draw(4)) {
            text[0] = '/';
        }

        path.len = len;
        path.data = text;

        keep = i % 2 == 1;
        decode = keep ? export_destination_path_kept : export_destination_path;

        s = decode(&path, buf + 24 - len);
        n = slowly(text, len, want, keep);

        if (s.len > len || s.len != n || memcmp(s.data, want, n) != 0) {
            wrong++;
            printf("# \"%.*s\" is \"%.*s\", not \"%.*s\"\n", (int) len, text,
                   (int) n, want, (int) s.len, s.data);
        }

        plain += export_destination_plain(&path, &set)
                 && (s.len != len || memcmp(s.data, text, len) != 0);

        memcpy(once, s.data, s.len);
        path.len = s.len;
        path.data = once;
        n = s.len;
        s = decode(&path, buf);
        again += s.len != n || memcmp(s.data, once, n) != 0;
    }

    guard_free(buf, 24);

    is_int(wrong, 0, "%d random paths as by hand", RANDOM);
    is_int(plain, 0, "... what is plain does not change");
    is_int(again, 0, "... a fixed point");
}


static double
spent(const char *unit, const char *last, size_t len, u_char *text,
    u_char *buf)
{
    size_t        i, n;
    double        begin;
    export_str_t  path;

    n = strlen(unit);
    text[0] = '/';

    for (i = 1; i < len; i++) {
        text[i] = (u_char) (i < len / 2 ? unit[(i - 1) % n]
                                        : last[(i - len / 2) % strlen(last)]);
    }

    path.len = len;
    path.data = text;
    begin = clock_ms();
    (void) export_destination_path(&path, buf);

    return clock_ms() - begin;
}


static void
test_linear(void)
{
    size_t              i;
    double              one, four;
    u_char             *text, *buf;
    export_str_t        path;
    static const char  *units[][2] = {
        { "25", "25" }, { "%", "25" }, { "%25", "%25" }, { "%2525", "25" },
        { "a/", "../" }, { "../", "a/" }, { "/", "/" }, { ";", "/;" },
        { "%2e", "%2e/" }, { "%252f", "%252f" }, { "aaaaaaa/", "..;a/" },
    };

    text = malloc(LONGER);
    buf = malloc(LONGER);

    for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        one = spent(units[i][0], units[i][1], LONG, text, buf);
        four = spent(units[i][0], units[i][1], LONGER, text, buf);

        ok(one < 30 && four < 120, "\"/%s...%s\": %.2f ms, four times %.2f ms",
           units[i][0], units[i][1], one, four);
    }

    /* the deepest nesting: one byte is left */

    memset(buf, 0, LONG);
    text[0] = '%';

    for (i = 1; i + 1 < LONG; i += 2) {
        memcpy(text + i, "25", 2);
    }

    memcpy(text + i - 2, "41", 2);

    path.len = i;
    path.data = text;

    is_int(export_destination_path(&path, buf).len, 1, "%zu bytes are one",
           path.len);
    is_int(buf[0], 'A', "... the innermost");

    free(text);
    free(buf);
}


int
main(void)
{
    test_host();
    test_path();
    test_random();
    test_linear();

    return done_testing();
}
