package dev.latchkey.harness.reflection;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DynamicMessage;
import dev.latchkey.harness.kit.Edge;
import dev.latchkey.harness.kit.OnPlatform;
import dev.latchkey.harness.platform.Clients;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@OnPlatform
class ReflectionTest {
  private final Clients operator;
  private final Edge edge;

  ReflectionTest(Clients operator, Edge edge) {
    this.operator = operator;
    this.edge = edge;
  }

  @Test
  @DisplayName("a client that knows only an address makes a tenant and a key, and uses it")
  void clientWithoutStubs_makesTenantAndKey() {
    ReflectedService organizations = tenancy("OrganizationService");
    DynamicMessage.Builder create = organizations.request("CreateOrganization");
    ReflectedService.set(
        create, "slug", "reflected-" + UUID.randomUUID().toString().substring(0, 8));
    ReflectedService.set(create, "display_name", "Reflected");
    DynamicMessage organization =
        (DynamicMessage)
            ReflectedService.get(
                organizations.call("CreateOrganization", create.build()), "organization");

    ReflectedService keys =
        new ReflectedService(
            operator.keyServiceChannel(), operator.credentials(), "latchkey.keys.v1.KeyService");
    DynamicMessage.Builder key = keys.request("CreateKey");
    ReflectedService.set(key, "node_id", ReflectedService.get(organization, "id"));
    ReflectedService.set(key, "name", "made by reflection");
    DynamicMessage created = keys.call("CreateKey", key.build());

    String secret = (String) ReflectedService.get(created, "secret");
    assertThat(edge.me(secret).text("organization_name")).isEqualTo("Reflected");
  }

  private ReflectedService tenancy(String name) {
    return new ReflectedService(
        operator.tenantServiceChannel(), operator.credentials(), "latchkey.tenancy.v1." + name);
  }
}
