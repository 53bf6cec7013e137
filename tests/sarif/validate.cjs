// Validates SARIF files against the schema that the npm package @microsoft/jest-sarif carries:
//     node validate.cjs FOLDER FILE...     FOLDER: where npm installed it
'use strict';
const fs = require('fs');
const path = require('path');

const root = path.join(process.argv[2], 'node_modules', '@microsoft', 'jest-sarif');
const load = (name) => require(require.resolve(name, { paths: [root] }));
const schemas = path.join(root, 'lib', 'schemas');
const schema = require(path.join(schemas, fs.readdirSync(schemas).find((name) => /^sarif-2\.1\.0.*\.json$/.test(name))));

const Ajv = load('ajv');
const ajv = new Ajv({ schemaId: 'auto', validateSchema: false, allErrors: true });
ajv.addMetaSchema(load('ajv/lib/refs/json-schema-draft-04.json'));
const validate = ajv.compile(schema);
let faults = 0;
for (const file of process.argv.slice(3)) {
    if (validate(JSON.parse(fs.readFileSync(file, 'utf8'))))
        continue;
    faults++;
    for (const error of validate.errors.slice(0, 10))
        console.log(`${file}: ${error.dataPath} ${error.message} ${JSON.stringify(error.params)}`);
}
process.exit(faults ? 1 : 0);
