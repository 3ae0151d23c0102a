
#include "export_subject.h"
#include "export_country_text.h"
#include "export_forwarded.h"
#include "export_list.h"
#include "export_locale.h"


static inline export_place_t export_subject_look_up(
    const export_atlas_t *atlas, const export_address_t *address);
static EXPORT_RARE export_place_t export_subject_join_inner(
    const export_atlas_t *atlas, const export_address_t *address,
    export_place_t place);
static void export_subject_add(export_subjects_t *subjects,
    export_place_t place);
static void export_subject_read_countries(const export_atlas_t *atlas,
    const export_str_t *value, export_subjects_t *subjects);
static EXPORT_RARE export_place_t export_subject_locate_locale(
    const export_jurisdictions_t *js, const export_str_t *value);
static EXPORT_RARE void export_subject_read_forwarded(
    const export_atlas_t *atlas, const export_str_t *value,
    export_subjects_t *subjects);


export_place_t
export_subject_locate(const export_atlas_t *atlas,
    const export_address_t *address)
{
    export_place_t  place;

    place = export_subject_look_up(atlas, address);

    if (address->ninner) {
        return export_subject_join_inner(atlas, address, place);
    }

    return place ? place : EXPORT_PLACE_UNKNOWN;
}


static inline export_place_t
export_subject_look_up(const export_atlas_t *atlas,
    const export_address_t *address)
{
    unsigned        i;
    export_place_t  place;

    place = 0;

    for (i = 0; i < atlas->n; i++) {
        place |= export_geo_lookup(atlas->geo[i], address);
    }

    return place;
}


/* "place" is that of the outer address, 0 if no database knows one */

static EXPORT_RARE export_place_t
export_subject_join_inner(const export_atlas_t *atlas,
    const export_address_t *address, export_place_t place)
{
    unsigned          i;
    export_place_t    found;
    export_address_t  inner;

    if (place == 0 && !address->wrapper) {
        place = EXPORT_PLACE_UNKNOWN;
    }

    inner.high = 0;
    inner.v4 = 1;

    for (i = 0; i < address->ninner; i++) {
        inner.low = address->inner[i].ip;
        found = export_subject_look_up(atlas, &inner);

        if (found == 0 && address->inner[i].sure) {
            found = EXPORT_PLACE_UNKNOWN;
        }

        place |= found;
    }

    return place ? place : EXPORT_PLACE_UNKNOWN;
}


void
export_subject_signal(export_subject_e type, const export_atlas_t *atlas,
    const export_str_t *value, export_subjects_t *subjects)
{
    export_place_t    place;
    export_address_t  address;

    switch (type) {

    case EXPORT_SUBJECT_COUNTRY:
    case EXPORT_SUBJECT_LOCALE:
        place = type == EXPORT_SUBJECT_COUNTRY
                ? export_jurisdictions_text(atlas->jurisdictions, value)
                : export_subject_locate_locale(atlas->jurisdictions, value);

        if (place) {
            export_subject_add(subjects, place);
            return;
        }

        export_subject_unreadable(subjects);
        return;

    case EXPORT_SUBJECT_ID:
        subjects->n++;
        return;

    case EXPORT_SUBJECT_FORWARDED:
        export_subject_read_forwarded(atlas, value, subjects);
        return;

    default:
        if (export_address_parse(value, &address) != EXPORT_OK) {
            export_subject_unreadable(subjects);
            return;
        }

        export_subject_add(subjects, export_subject_locate(atlas, &address));
        subjects->addressed = 1;
    }
}


void
export_subject_value(export_subject_e type, const export_atlas_t *atlas,
    const export_str_t *value, export_subjects_t *subjects)
{
    export_str_t  item, rest;

    if (type == EXPORT_SUBJECT_FORWARDED) {
        export_subject_signal(type, atlas, value, subjects);
        return;
    }

    if (type == EXPORT_SUBJECT_COUNTRY) {
        export_subject_read_countries(atlas, value, subjects);
        return;
    }

    rest = *value;

    while (rest.len && export_list_next(&rest, &item) == EXPORT_OK) {
        export_subject_signal(type, atlas, &item, subjects);
    }
}


static void
export_subject_add(export_subjects_t *subjects, export_place_t place)
{
    subjects->n++;
    subjects->places |= place;
    subjects->located = 1;
}


/*
 * If an item is no country, the value may be one name with a comma in it, such
 * as "Korea, Republic of".  The places of items that are countries count even
 * then, since evidence is never taken back.
 */

static void
export_subject_read_countries(const export_atlas_t *atlas,
    const export_str_t *value, export_subjects_t *subjects)
{
    unsigned           unreadable;
    export_str_t       item, rest;
    export_place_t     place;
    export_subjects_t  found;

    memset(&found, 0, sizeof(export_subjects_t));

    rest = *value;
    unreadable = 0;

    while (rest.len && export_list_next(&rest, &item) == EXPORT_OK) {
        place = export_jurisdictions_text(atlas->jurisdictions, &item);

        found.n++;
        found.places |= place;
        unreadable |= (place == 0);
    }

    if (unreadable) {
        place = export_jurisdictions_text(atlas->jurisdictions, value);

        if (place) {
            found.n = 1;
            found.places |= place;
            unreadable = 0;
        }
    }

    subjects->n += found.n;
    subjects->places |= found.places;
    subjects->located |= (found.places != 0);
    subjects->malformed |= (unreadable & 1);
}


/* the places of a locale's regions, joined; 0 if the text is no locale */

static EXPORT_RARE export_place_t
export_subject_locate_locale(const export_jurisdictions_t *js,
    const export_str_t *value)
{
    unsigned               i;
    export_str_t           text;
    export_place_t         place, found;
    export_locale_t        locale;
    export_country_said_t  said;

    text = export_country_trim(*value);

    if (export_country_text(&text, &said) == EXPORT_DECLINED) {
        return EXPORT_PLACE_UNKNOWN;
    }

    switch (export_locale_parse(&text, &locale)) {

    case EXPORT_OK:
        break;

    case EXPORT_DECLINED:
        return EXPORT_PLACE_UNKNOWN;

    default:
        return 0;
    }

    place = 0;

    for (i = 0; i < locale.n; i++) {
        found = export_jurisdictions_text(js, &locale.region[i]);

        if (found == 0) {
            return 0;
        }

        place |= found;
    }

    return place;
}


static EXPORT_RARE void
export_subject_read_forwarded(const export_atlas_t *atlas,
    const export_str_t *value, export_subjects_t *subjects)
{
    int                 rc;
    export_str_t        node;
    export_address_t    address;
    export_forwarded_t  forwarded;

    export_forwarded_init(&forwarded, value);

    for ( ;; ) {
        rc = export_forwarded_next(&forwarded, &node, &address);

        switch (rc) {

        case EXPORT_OK:
            export_subject_add(subjects,
                               export_subject_locate(atlas, &address));
            subjects->addressed = 1;
            break;

        case EXPORT_DECLINED:
            export_subject_add(subjects, EXPORT_PLACE_UNKNOWN);
            break;

        case EXPORT_ERROR:
            export_subject_unreadable(subjects);
            return;

        default:
            return;
        }
    }
}
