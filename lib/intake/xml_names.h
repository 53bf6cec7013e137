/*
 * The different names of one document. An XML parser keeps every name of an element, attribute
 * or prefix until its end, so a document that invents new ones without end would take memory
 * without end; whoever reads one counts them.
 */
#ifndef FA_INTAKE_XML_NAMES_H
#define FA_INTAKE_XML_NAMES_H

#include "base/limits.h"
#include "base/str.h"

enum { FA_XML_NAME_SLOTS = 2 * FA_XML_NAMES_MAX };

/* Zero is empty. */
struct fa_xml_names {
    struct fa_buf text;
    uint32_t count;
    struct fa_xml_name {
        uint32_t start, size; /* in text; size 0: free */
    } slots[FA_XML_NAME_SLOTS];
};

/* False: there are too many, or memory is out. */
bool fa_xml_names_add(struct fa_xml_names *names, struct fa_str name);
void fa_xml_names_release(struct fa_xml_names *names);

#endif
