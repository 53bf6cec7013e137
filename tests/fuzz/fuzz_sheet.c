/* Workbooks. The first byte says what the others are: a whole file, or one part of a .xlsx that
 * is sound otherwise, so that its checksums need not be guessed. */
#include <stdio.h>
#include <zlib.h>

#include "reading.h"

#define MAIN    "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\""
#define RELATED "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

enum { PART_COUNT = 6 };

static const char *const parts[PART_COUNT][2] = {
    {"xl/worksheets/sheet1.xml",
     "<worksheet " MAIN "><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c>"
     "<c r=\"B1\" s=\"1\"><v>45658.5</v></c></row></sheetData></worksheet>"},
    {"xl/sharedStrings.xml", "<sst><si><t>a</t></si><si><r><t>b</t></r></si></sst>"},
    {"xl/styles.xml",
     "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"[h]:mm\"/></numFmts>"
     "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf "
     "numFmtId=\"164\"/></cellXfs></styleSheet>"},
    {"xl/workbook.xml",
     "<workbook xmlns:r=\"" RELATED "\"><sheets><sheet name=\"S\" r:id=\"a\"/>"
     "<sheet name=\"H\" state=\"hidden\" r:id=\"a\"/></sheets></workbook>"},
    {"xl/_rels/workbook.xml.rels",
     "<Relationships><Relationship Id=\"a\" Type=\"x/worksheet\" "
     "Target=\"worksheets/sheet1.xml\"/>"
     "<Relationship Id=\"b\" Type=\"x/sharedStrings\" Target=\"/xl/sharedStrings.xml\"/>"
     "<Relationship Id=\"c\" Type=\"x/styles\" Target=\"../xl/styles.xml\"/></Relationships>"},
    {"_rels/.rels", "<Relationships><Relationship Type=\"x/officeDocument\" "
                    "Target=\"xl/workbook.xml\"/></Relationships>"},
};

static void add_u16(struct fa_buf *out, unsigned value)
{
    uint8_t bytes[] = {(uint8_t)value, (uint8_t)(value >> 8)};
    PROMISE(fa_buf_add(out, bytes, sizeof bytes) == FA_OK);
}

static void add_u32(struct fa_buf *out, size_t value)
{
    PROMISE(fa_buf_add_u32(out, (uint32_t)value) == FA_OK);
}

/* What the head of a part and its entry in the directory have in common. */
static void add_entry(struct fa_buf *out, struct fa_str name, struct fa_str content)
{
    const unsigned fields[] = {20, 0, 0, 0, 33}; /* version, flags, stored, time, day */
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        add_u16(out, fields[i]);
    add_u32(out, crc32(0, (const uint8_t *)content.bytes, (uInt)content.size));
    add_u32(out, content.size);
    add_u32(out, content.size);
    add_u16(out, (unsigned)name.size);
    add_u16(out, 0);
}

/* A package of all parts, one of them replaced. */
static void make_package(size_t replaced, struct fa_str bytes, struct fa_buf *out)
{
    struct fa_buf directory = {0};
    for (size_t i = 0; i < PART_COUNT; i++) {
        struct fa_str name = fa_str_from(parts[i][0]);
        struct fa_str content = i == replaced ? bytes : fa_str_from(parts[i][1]);
        add_u32(&directory, 0x02014B50);
        add_u16(&directory, 20);
        add_entry(&directory, name, content);
        for (int k = 0; k < 5; k++) /* comment, disk, attributes */
            add_u16(&directory, 0);
        add_u32(&directory, out->size);
        PROMISE(fa_buf_add_str(&directory, name) == FA_OK);
        add_u32(out, 0x04034B50);
        add_entry(out, name, content);
        PROMISE(fa_buf_add_str(out, name) == FA_OK && fa_buf_add_str(out, content) == FA_OK);
    }
    size_t start = out->size;
    PROMISE(fa_buf_add_str(out, fa_buf_str(&directory)) == FA_OK);
    add_u32(out, 0x06054B50);
    add_u32(out, 0);
    add_u16(out, PART_COUNT);
    add_u16(out, PART_COUNT);
    add_u32(out, directory.size);
    add_u32(out, start);
    add_u16(out, 0);
    fa_buf_release(&directory);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size < 1 || size > 65536)
        return 0;
    struct fa_profile profile = {.format = FA_FORMAT_SHEET};
    struct fa_str rest = {(const char *)bytes + 1, size - 1};
    struct fa_buf package = {0};
    size_t kind = bytes[0] % (PART_COUNT + 1);
    if (kind < PART_COUNT) {
        make_package(kind, rest, &package);
        rest = fa_buf_str(&package);
    }
    read_both_ways(&fa_reader_sheet, &profile, rest);
    fa_buf_release(&package);
    return 0;
}
