package dev.latchkey.edge.management;

import static dev.latchkey.edge.management.OpenApiDocument.content;
import static dev.latchkey.edge.management.Schemas.object;
import static dev.latchkey.edge.management.Schemas.with;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.Descriptors.Descriptor;
import dev.latchkey.proto.keys.v1.ReportLeakedKeyRequest;
import dev.latchkey.proto.keys.v1.RevokeHeldKeyRequest;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The routes of the OpenAPI document that are no calls of management, described by hand. */
final class OtherRoutes {
  private static final String JSON = "application/json";

  private final Schemas schemas;

  OtherRoutes(Schemas schemas) {
    this.schemas = schemas;
  }

  void addTo(JsonObject paths) {
    paths.add("/api/v1/me", with(new JsonObject(), "get", me()));
    paths.add("/api/v1/me/revoke", with(new JsonObject(), "post", revoke()));
    paths.add("/api/v1/authorize", with(new JsonObject(), "get", authorize()));
    paths.add("/api/v1/leaked-keys", with(new JsonObject(), "post", leakedKeys()));
  }

  private JsonObject me() {
    schemas.put(
        "Me",
        parsed(
            """
            {"type": "object",
             "description": "Whose key this is. Members of levels below the key's node are null.",
             "properties": {
               "organization_id": {"type": ["string", "null"]}, "organization_name": {"type": ["string", "null"]},
               "organization_slug": {"type": ["string", "null"]}, "project_id": {"type": ["string", "null"]},
               "project_name": {"type": ["string", "null"]}, "project_slug": {"type": ["string", "null"]},
               "environment_id": {"type": ["string", "null"]}, "environment_name": {"type": ["string", "null"]},
               "environment_slug": {"type": ["string", "null"]}, "workspace_id": {"type": ["string", "null"]},
               "workspace_name": {"type": ["string", "null"]}, "workspace_slug": {"type": ["string", "null"]},
               "mode": {"type": ["string", "null"], "enum": ["live", "test", null]},
               "scopes": {"type": "array", "items": {"type": "string"}},
               "resources": {"type": "array", "items": {"type": "string"}},
               "owner_user_id": {"type": ["string", "null"], "description": "The member the key acts for; null for a service key."},
               "roles": {"type": "array", "items": {"type": "string"}, "description": "The roles of the project that the key has."},
               "limits": {"type": "array", "description": "The limits that this call drew from, as they stand after it; the one with the least left first.",
                 "items": {"type": "object",
                   "properties": {"name": {"type": "string"}, "amount": {"type": "integer", "format": "int64"},
                     "window": {"type": "string", "description": "In seconds, such as `60s`."},
                     "burst": {"type": "integer", "format": "int64", "description": "What may be taken at once; 0 where that is not limited apart."},
                     "remaining": {"type": "integer", "format": "int64"},
                     "reset_after": {"type": "string", "description": "When all of it may be taken again, such as `12.500s`."},
                     "shared": {"type": "boolean", "description": "Whether other keys draw from it too."}},
                   "additionalProperties": false,
                   "required": ["name", "amount", "window", "burst", "remaining", "reset_after", "shared"]}},
               "credits": {"type": "array", "description": "The credits that this call drew from, as they stand after it.",
                 "items": {"type": "object",
                   "properties": {"node_id": {"type": ["string", "null"], "description": "Null for the key's own."},
                     "remaining": {"type": "integer", "format": "int64"},
                     "next_refill_time": {"type": ["string", "null"]}},
                   "additionalProperties": false,
                   "required": ["node_id", "remaining", "next_refill_time"]}},
               "key": {"type": "object",
                 "properties": {"id": {"type": "string"}, "name": {"type": "string"}, "prefix": {"type": "string"},
                   "last_characters": {"type": "string"}, "node_level": {"type": ["string", "null"]},
                   "node_id": {"type": ["string", "null"]}, "expire_time": {"type": ["string", "null"]},
                   "metadata": {"type": "object", "additionalProperties": {"type": "string"}}},
                 "required": ["id", "name", "prefix", "last_characters", "node_level", "node_id", "expire_time", "metadata"]},
               "client_address": {"type": "string"}},
             "required": ["organization_id", "project_id", "environment_id", "workspace_id", "mode", "scopes", "resources",
               "owner_user_id", "roles", "limits", "credits", "key", "client_address"]}"""));
    JsonObject me =
        operation(
            "me",
            "me",
            "Says whose key this is: its node with all above it. Draws 1 from the limit `data`,"
                + " as every request with the key does.");
    JsonObject success = content(Schemas.ref("Me"), JSON);
    success.addProperty("description", "The key is good.");
    success.add("headers", limits());
    return answering(me, "200", success, Set.of());
  }

  private JsonObject authorize() {
    schemas.put(
        "Principal",
        parsed(
            """
            {"type": "object",
             "description": "Whose request it is. Ids of levels that the key is above are empty.",
             "properties": {
               "key_id": {"type": "string"}, "organization_id": {"type": "string"},
               "project_id": {"type": "string"}, "environment_id": {"type": "string"},
               "workspace_id": {"type": "string"},
               "owner_user_id": {"type": "string", "description": "Empty for a service key."},
               "mode": {"type": "string", "enum": ["live", "test", ""]},
               "scopes": {"type": "array", "items": {"type": "string"}},
               "roles": {"type": "array", "items": {"type": "string"}}},
             "required": ["key_id", "organization_id", "project_id", "environment_id",
               "workspace_id", "owner_user_id", "mode", "scopes", "roles"]}"""));
    JsonObject authorize =
        operation(
            "authorize",
            "authorize",
            "Checks whether a request with this key may pass: for gateways, once for each request"
                + " of theirs. Takes every method and any body, and reads the same from each. A"
                + " denial is answered as everywhere, for the gateway to give back. The"
                + " `X-Latchkey-` headers of the answer are always all there, if need be empty:"
                + " copy every one in the place of what the client sent.");
    authorize.add(
        "parameters",
        JsonParser.parseString(
                """
                [{"name": "scope", "in": "query", "required": false, "schema": {"type": "array", "items": {"type": "string"}},
                  "description": "The key must cover each of these. Up to 50, each as a parameter of its own."},
                 {"name": "any_scope", "in": "query", "required": false, "schema": {"type": "array", "items": {"type": "string"}},
                  "description": "The key must cover one of these. Up to 50."},
                 {"name": "resource", "in": "query", "required": false, "schema": {"type": "string"},
                  "description": "The resource that the request is about; a key that is limited to resources must be granted it."},
                 {"name": "limit", "in": "query", "required": false, "schema": {"type": "string"},
                  "description": "The named limit to draw from; `data` when absent."},
                 {"name": "cost", "in": "query", "required": false, "schema": {"type": "integer", "format": "int64"},
                  "description": "What the request costs of limits and credits; 1 when absent."},
                 {"name": "X-Latchkey-Scope", "in": "header", "required": false, "schema": {"type": "string"},
                  "description": "More scopes, divided by blanks, that the key must cover."},
                 {"name": "X-Latchkey-Resource", "in": "header", "required": false, "schema": {"type": "string"},
                  "description": "The resource, where the query names none or the same. Safer for what comes from a path."}]""")
            .getAsJsonArray());
    JsonObject success = content(Schemas.ref("Principal"), JSON);
    success.addProperty("description", "It may pass.");
    JsonObject headers = limits();
    for (String name :
        List.of(
            "Key-Id",
            "Organization-Id",
            "Project-Id",
            "Environment-Id",
            "Workspace-Id",
            "Owner-User-Id",
            "Mode",
            "Scopes",
            "Roles")) {
      headers.add(
          "X-Latchkey-" + name,
          with(
              object("description", "As in the body; lists are divided by blanks."),
              "schema",
              object("type", "string")));
    }
    success.add("headers", headers);
    return answering(authorize, "200", success, Set.of());
  }

  private JsonObject leakedKeys() {
    JsonObject operation =
        operation(
            "reportLeakedKey",
            "leaked-keys",
            "Takes the text of a key that was seen where it should not be, from anybody. A key it"
                + " belongs to is revoked or disabled, as its project wants it, within a second."
                + " The answer is the same for every text.");
    Descriptor report = ReportLeakedKeyRequest.getDescriptor();
    JsonObject body = content(schemas.body(report, report.getFields(), false), JSON);
    body.addProperty("required", true);
    operation.add("requestBody", body);
    operation.add("security", new JsonArray());
    return answering(operation, "202", accepted(), Set.of(413, 415));
  }

  private JsonObject revoke() {
    JsonObject operation =
        operation(
            "revokeHeldKey",
            "me",
            "Revokes the very key it is sent with, on the word of its holder, within a second."
                + " Needs no scope. The answer is the same for every key, good or not.");
    Descriptor request = RevokeHeldKeyRequest.getDescriptor();
    JsonObject body =
        content(schemas.body(request, List.of(request.findFieldByName("note")), false), JSON);
    body.addProperty("required", false);
    operation.add("requestBody", body);
    return answering(operation, "202", accepted(), Set.of(413, 415));
  }

  private JsonObject accepted() {
    schemas.put(
        "Accepted",
        parsed(
            """
            {"type": "object", "properties": {"status": {"const": "accepted"}}, "required": ["status"]}"""));
    JsonObject success = content(Schemas.ref("Accepted"), JSON);
    success.addProperty("description", "It is taken, whatever key it was about.");
    return success;
  }

  private static JsonObject operation(String id, String tag, String description) {
    JsonObject operation = object("operationId", id);
    operation.add("tags", Schemas.strings(List.of(tag)));
    operation.addProperty("description", description);
    return operation;
  }

  private static JsonObject answering(
      JsonObject operation, String status, JsonObject success, Set<Integer> more) {
    JsonObject responses = with(new JsonObject(), status, success);
    TreeSet<Integer> refusals = new TreeSet<>(OpenApiDocument.ALWAYS);
    refusals.addAll(more);
    refusals.forEach(
        refusal -> responses.add(Integer.toString(refusal), OpenApiDocument.refusal(refusal)));
    operation.add("responses", responses);
    return operation;
  }

  private static JsonObject limits() {
    JsonObject headers = new JsonObject();
    OpenApiDocument.addLimits(headers);
    return headers;
  }

  private static JsonObject parsed(String json) {
    return JsonParser.parseString(json).getAsJsonObject();
  }
}
