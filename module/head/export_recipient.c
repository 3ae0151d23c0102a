
#include "export_destination.h"
#include "export_method.h"
#include "export_recipient.h"


typedef export_str_t (*export_recipient_decode_pt)(const export_str_t *path,
    u_char *buf);


static void export_recipient_decoded(export_recipient_search_t *search,
    const export_str_t *path);
static void export_recipient_form(export_recipient_search_t *search,
    const export_str_t *path, export_recipient_decode_pt decode);
static void export_recipient_try_rules(export_recipient_search_t *search,
    const export_str_t *subject, const export_str_t *path);
static void export_recipient_note_error(export_recipient_search_t *search,
    const export_str_t *subject, int rc);
static int export_recipient_pattern_hit(void *data,
    const export_hosts_rule_t *rule);
static int export_recipient_endpoint_hit(void *data,
    const export_hosts_rule_t *rule);
static int export_recipient_takes_data(
    const export_recipient_search_t *search,
    const export_endpoint_t *endpoint);
static void export_recipient_decide(export_recipient_search_t *search,
    unsigned catalogue);
static void export_recipient_say(export_recipient_search_t *search,
    unsigned catalogue, unsigned number, unsigned purpose);
static int export_recipient_fits(export_recipient_search_t *search,
    const export_endpoint_t *endpoint);
static int export_recipient_note(export_recipient_found_t *found,
    const export_endpoint_t *endpoint);
static int export_recipient_method_fits(
    const export_recipient_request_t *request,
    const export_endpoint_t *endpoint);


int
export_recipient_might(const export_recipient_rules_t *rules,
    const export_hosts_name_t *name, uint64_t bytes)
{
    unsigned  i;

    if (rules->patterns && export_hosts_might(rules->patterns, name, bytes)) {
        return 1;
    }

    for (i = 0; i < rules->ncatalogues; i++) {
        if (export_hosts_might(rules->catalogue[i]->hosts, name, bytes)) {
            return 1;
        }
    }

    return 0;
}


void
export_recipient_tunnel(const export_recipient_rules_t *rules,
    const export_hosts_name_t *name, export_match_scratch_t *scratch,
    export_facts_t *facts)
{
    int       known;
    unsigned  i;

    known = rules->patterns
            && export_hosts_known(rules->patterns, name, scratch);

    for (i = 0; i < rules->ncatalogues && !known; i++) {
        known = export_hosts_known(rules->catalogue[i]->hosts, name, scratch);
    }

    if (known) {
        facts->purpose |= EXPORT_PURPOSE_TRAINING|EXPORT_PURPOSE_DATA;
    }

    facts->body = EXPORT_BODY_OPAQUE;
}


/*
 * A rule is written for a path that people know, which may be the path that
 * will be sent, the one that the client sent, or what nginx made of that one.
 * So all of them are tried.
 */

void
export_recipient_search(export_recipient_search_t *search,
    const export_recipient_asks_t *asks, const export_recipient_paths_t *paths)
{
    uint64_t             bytes;
    const export_str_t  *host;

    host = &asks->name->host;

    if (host->len) {
        memcpy(asks->buf, host->data, host->len);
    }

    search->asks = asks;
    search->form = 0;

    /*
     * What a recipient makes of a path with several readings is not known, so
     * the path is no evidence that the transfer carries no data.
     */

    if (!export_destination_plain(&paths->wire, &bytes)) {
        asks->facts->purpose |= EXPORT_PURPOSE_NOT_WAIVED;
    }

    export_recipient_path(search, &paths->wire);

    if (!export_str_equal(&paths->sent, &paths->wire)) {
        export_recipient_path(search, &paths->sent);
    }

    if (!export_str_equal(&paths->routed, &paths->wire)
        && !export_str_equal(&paths->routed, &paths->sent))
    {
        export_recipient_decoded(search, &paths->routed);
    }

    if (paths->rest.len) {
        export_recipient_decoded(search, &paths->rest);
    }
}


/* Tries a path as it is, and decoded in each way that recipients have. */

void
export_recipient_path(export_recipient_search_t *search,
    const export_str_t *path)
{
    uint64_t  bytes;

    export_recipient_form(search, path, NULL);

    if (export_destination_plain(path, &bytes)) {
        return;
    }

    export_recipient_form(search, path, export_destination_path);
    export_recipient_form(search, path, export_destination_path_kept);
    export_recipient_form(search, path, export_destination_path_loose);
}


/*
 * Tries a path that is already decoded, and that nobody has sent in this form.
 */

static void
export_recipient_decoded(export_recipient_search_t *search,
    const export_str_t *path)
{
    export_recipient_form(search, path, export_destination_path);
    export_recipient_form(search, path, export_destination_path_loose);
}


static void
export_recipient_form(export_recipient_search_t *search,
    const export_str_t *path, export_recipient_decode_pt decode)
{
    export_str_t  form, subject;

    form.len = path->len;
    form.data = search->asks->buf + search->asks->name->host.len;

    if (decode) {
        form = decode(path, form.data);

    } else if (path->len) {
        memcpy(form.data, path->data, path->len);
    }

    subject.len = search->asks->name->host.len + form.len;
    subject.data = search->asks->buf;

    export_recipient_try_rules(search, &subject, &form);

    search->form++;
}


static void
export_recipient_try_rules(export_recipient_search_t *search,
    const export_str_t *subject, const export_str_t *path)
{
    int                              rc;
    unsigned                         i;
    export_hosts_query_t             query;
    const export_recipient_rules_t  *rules;

    rules = search->asks->rules;

    query.scratch = search->asks->scratch;
    query.name = search->asks->name;
    query.data = search;
    query.bytes = 0;

    if (rules->patterns) {
        query.subject = subject;
        query.hit = export_recipient_pattern_hit;

        rc = export_hosts_match(rules->patterns, &query);

        export_recipient_note_error(search, subject, rc);
    }

    query.subject = path;
    query.hit = export_recipient_endpoint_hit;

    for (i = 0; i < rules->ncatalogues; i++) {
        search->first = NULL;
        search->data = 0;

        rc = export_hosts_match(rules->catalogue[i]->hosts, &query);

        export_recipient_note_error(search, subject, rc);

        if (search->first) {
            export_recipient_decide(search, i + 1);
        }
    }
}


/*
 * A path that is too long to be tried must not get past a rule that it may
 * fit.
 */

static void
export_recipient_note_error(export_recipient_search_t *search,
    const export_str_t *subject, int rc)
{
    if (rc != EXPORT_ERROR) {
        return;
    }

    if (subject->len > EXPORT_MATCH_SUBJECT) {
        search->asks->facts->purpose |= EXPORT_PURPOSE_MALFORMED;

    } else {
        search->asks->facts->error = 1;
    }
}


static int
export_recipient_pattern_hit(void *data, const export_hosts_rule_t *rule)
{
    export_recipient_say(data, EXPORT_RECIPIENT_PATTERNS, rule->number,
                         EXPORT_PURPOSE_TRAINING);

    return EXPORT_DONE;
}


static int
export_recipient_endpoint_hit(void *data, const export_hosts_rule_t *rule)
{
    export_recipient_search_t *search = data;

    const export_endpoint_t  *endpoint;

    endpoint = rule->value;

    if (export_recipient_takes_data(search, endpoint)) {
        search->data = 1;
    }

    if ((search->first == NULL || endpoint->order < search->first->order)
        && export_recipient_fits(search, endpoint))
    {
        search->first = endpoint;
    }

    return EXPORT_OK;
}


/* 1 if an endpoint is for data at exactly this host, and may still fit */

static int
export_recipient_takes_data(const export_recipient_search_t *search,
    const export_endpoint_t *endpoint)
{
    const export_recipient_request_t  *request;

    request = search->asks->request;

    return !endpoint->wide && (endpoint->purpose & EXPORT_PURPOSE_DATA)
           && export_recipient_method_fits(request, endpoint)
           && request->marked(request->data, endpoint) != EXPORT_DECLINED;
}


/*
 * The first endpoint decides.  But marks are in the caller's hands, so an
 * endpoint for jobs that fits by its mark does not take the place of one for
 * data.  Nor does an endpoint for jobs that fits another form of the path than
 * the one that will be sent.
 */

static void
export_recipient_decide(export_recipient_search_t *search, unsigned catalogue)
{
    export_recipient_found_t  *found;
    const export_endpoint_t   *endpoint;

    found = search->asks->found;
    endpoint = search->first;

    /*
     * A form of the path that is not sent says nothing of a host that is known
     * for its jobs.
     */

    if (endpoint->wide && (search->form || search->asks->elsewhere)) {
        export_recipient_say(search, catalogue, endpoint->order,
                             EXPORT_PURPOSE_TRAINING);
        found->wide = 1;
        return;
    }

    export_recipient_say(search, catalogue, endpoint->order,
                         endpoint->purpose);

    if (!(endpoint->purpose & EXPORT_PURPOSE_CONTROL)) {
        return;
    }

    if ((search->data && endpoint->marked)
        || (found->job ? found->job != endpoint : search->form != 0))
    {
        search->asks->facts->purpose |= EXPORT_PURPOSE_NOT_WAIVED;
    }

    found->job = endpoint;
}


/*
 * Adds what a rule says, and remembers the rule once for all forms of the path
 * that it fits.
 */

static void
export_recipient_say(export_recipient_search_t *search, unsigned catalogue,
    unsigned number, unsigned purpose)
{
    unsigned                   i;
    export_recipient_said_t   *said;
    export_recipient_found_t  *found;

    found = search->asks->found;
    search->asks->facts->purpose |= (uint16_t) purpose;

    for (i = 0; i < found->nsaid; i++) {
        said = &found->said[i];

        if (said->number == number && said->catalogue == catalogue
            && said->host == search->asks->host)
        {
            said->purpose |= (uint16_t) purpose;
            return;
        }
    }

    if (found->nsaid == EXPORT_RECIPIENT_SAID) {
        found->more = 1;
        return;
    }

    said = &found->said[found->nsaid++];

    said->number = number;
    said->catalogue = (uint16_t) catalogue;
    said->purpose = (uint16_t) purpose;
    said->form = (uint16_t) search->form;
    said->host = search->asks->host;
}


/*
 * 1 if an endpoint fits.  An endpoint that would fit with a mark in the body
 * is noted.
 */

static int
export_recipient_fits(export_recipient_search_t *search,
    const export_endpoint_t *endpoint)
{
    int                                rc;
    const export_recipient_request_t  *request;

    request = search->asks->request;

    if (!export_recipient_method_fits(request, endpoint)) {
        return 0;
    }

    rc = request->marked(request->data, endpoint);

    if (rc != EXPORT_AGAIN) {
        return rc == EXPORT_OK;
    }

    if (!request->body) {
        return 0;
    }

    /* If nobody looks for a mark, it is taken to be there. */

    return request->unread
           || export_recipient_note(search->asks->found, endpoint) != EXPORT_OK;
}


/* Notes an endpoint.  EXPORT_DECLINED if there is no room for another one. */

static int
export_recipient_note(export_recipient_found_t *found,
    const export_endpoint_t *endpoint)
{
    unsigned  i;

    for (i = 0; i < found->n; i++) {
        if (found->endpoint[i] == endpoint) {
            return EXPORT_OK;
        }
    }

    if (found->n == EXPORT_MAX_ENDPOINTS) {
        return EXPORT_DECLINED;
    }

    found->endpoint[found->n++] = endpoint;

    return EXPORT_OK;
}


/*
 * A request that reads, and has no body, fits only an endpoint of its own
 * method.  Any other request fits every endpoint: methods can be overridden,
 * and a recipient that takes PUT for POST is not ours to trust.  An endpoint
 * may say that no other method fits.
 */

static int
export_recipient_method_fits(const export_recipient_request_t *request,
    const export_endpoint_t *endpoint)
{
    if (endpoint->method.len == 0
        || export_str_equal(&endpoint->method, &request->method))
    {
        return 1;
    }

    if (endpoint->exact) {
        return request->overridden(request->data);
    }

    return request->announced || !export_method_reads(&request->method);
}


const export_endpoint_t *
export_recipient_take_job(export_recipient_found_t *found,
    export_facts_t *facts)
{
    unsigned                  i;
    const export_endpoint_t  *job;

    job = found->job;
    found->job = NULL;

    /*
     * With a mark in the body one of these endpoints may make the transfer a
     * job.
     */

    for (i = 0; i < found->n; i++) {
        if (found->endpoint[i]->purpose & EXPORT_PURPOSE_CONTROL) {
            facts->purpose |= EXPORT_PURPOSE_NOT_WAIVED;
        }
    }

    return job;
}


void
export_recipient_compare_job(const export_recipient_found_t *found,
    const export_endpoint_t *job, export_facts_t *facts)
{
    if (job && found->job != job) {
        facts->purpose |= EXPORT_PURPOSE_NOT_WAIVED;
    }
}


void
export_recipient_settle_wide(export_facts_t *facts)
{
    if (!(facts->purpose & EXPORT_PURPOSE_CONTROL)) {
        facts->purpose |= EXPORT_PURPOSE_DATA;
    }
}
