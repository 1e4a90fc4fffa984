package dev.latchkey.tenancy.testing;

import com.google.protobuf.Message;
import dev.latchkey.tenancy.node.Level;
import java.util.ArrayList;
import java.util.List;

/**
 * One organization with one project, one environment and one workspace, and the names of the calls
 * and fields of each level.
 *
 * @param ids from the organization down
 */
public record Tree(List<String> ids) {
  /** Makes a new tree. */
  public static Tree in(Deployment deployment) {
    String organization = deployment.organization();
    String project = deployment.project(organization);
    String environment = deployment.environment(project);
    return new Tree(List.of(organization, project, environment, deployment.workspace(environment)));
  }

  public String id(Level level) {
    return ids.get(level.depth());
  }

  /** The id of the node above one of this level; empty for the topmost. */
  public String parentOf(Level level) {
    return level.parent().map(this::id).orElse("");
  }

  /** {@code Project} for {@link Level#PROJECT}. */
  public static String name(Level level) {
    return level.name().charAt(0) + level.typeName().substring(1);
  }

  /** Creates a sibling of the node of a level. */
  public Message create(Api api, Level level, Object... more) {
    List<Object> fields = new ArrayList<>(List.of(more));
    level.parent().ifPresent(above -> fields.addAll(List.of(above.idField(), id(above))));
    if (!fields.contains("slug")) {
      fields.addAll(List.of("slug", Deployment.newSlug()));
    }
    return api.call("Create" + name(level), fields.toArray());
  }

  /** Makes a call on the node of a level: {@code Get}, {@code Suspend} … */
  public Message on(Api api, String verb, Level level, Object... more) {
    return call(api, verb, level, id(level), more);
  }

  /** Makes a call on any node of a level. */
  public static Message call(Api api, String verb, Level level, String id, Object... more) {
    List<Object> fields = new ArrayList<>(List.of("id", id));
    fields.addAll(List.of(more));
    return api.call(verb + name(level), fields.toArray());
  }

  /** Lists the siblings of the node of a level. */
  public List<Message> list(Api api, Level level, Object... more) {
    List<Object> fields = new ArrayList<>(List.of(more));
    level.parent().ifPresent(above -> fields.addAll(List.of(above.idField(), id(above))));
    Message answer =
        api.send(
            "List" + name(level) + "s", Api.filled("List" + name(level) + "s", fields.toArray()));
    return items(answer);
  }

  /** What is on a page. */
  @SuppressWarnings("unchecked") // The first field of a list is its items.
  public static List<Message> items(Message page) {
    return (List<Message>) page.getField(page.getDescriptorForType().findFieldByNumber(1));
  }
}
