// Makes a tenant and a key over gRPC, as somebody would who has the .proto files and nothing else of
// ours. Prints what it made as JSON.
//
//   node client.cjs PROTO_FOLDER
//
// Where to call and with which key comes from the environment: LATCHKEY_KEY_SERVICE,
// LATCHKEY_TENANT_SERVICE, LATCHKEY_OPERATOR_KEY.
'use strict';

const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const folder = process.argv[2];
const packages = grpc.loadPackageDefinition(
  loader.loadSync(
    [
      'latchkey/keys/v1/key_service.proto',
      'latchkey/tenancy/v1/organization_service.proto',
      'latchkey/tenancy/v1/project_service.proto',
      'latchkey/tenancy/v1/environment_service.proto',
    ],
    { includeDirs: [folder], keepCase: true, enums: String }
  )
).latchkey;

const metadata = new grpc.Metadata();
metadata.set('authorization', `Bearer ${process.env.LATCHKEY_OPERATOR_KEY}`);

function call(Service, target, name, request) {
  const client = new Service(target, grpc.credentials.createInsecure());
  const deadline = new Date(Date.now() + 10_000);
  return new Promise((resolve, reject) =>
    client[name](request, metadata, { deadline }, (error, answer) => {
      client.close();
      if (error) reject(error);
      else resolve(answer);
    })
  );
}

async function main() {
  const tenancy = process.env.LATCHKEY_TENANT_SERVICE;
  const { organization } = await call(
    packages.tenancy.v1.OrganizationService, tenancy, 'CreateOrganization',
    { slug: 'smoke', display_name: 'Smoke & Co' });
  const { project } = await call(
    packages.tenancy.v1.ProjectService, tenancy, 'CreateProject',
    {
      organization_id: organization.id,
      slug: 'smoke',
      key_format: { prefix: 'smk', show_mode: true, show_environment: true },
    });
  const { environment } = await call(
    packages.tenancy.v1.EnvironmentService, tenancy, 'CreateEnvironment',
    { project_id: project.id, slug: 'staging' });
  const { secret } = await call(
    packages.keys.v1.KeyService, process.env.LATCHKEY_KEY_SERVICE, 'CreateKey',
    { node_id: environment.id, name: 'smoke', scopes: ['memories:read'] });
  process.stdout.write(
    JSON.stringify({
      organization_id: organization.id,
      project_id: project.id,
      environment_id: environment.id,
      secret,
    }) + '\n');
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
