/// What someone said, or was told, in a conversation.
public struct Message: Sendable, Equatable {
  /// Who: `system`, `user` or `assistant`.
  public enum Role: String, Sendable, CaseIterable {
    case system, user, assistant
  }

  /// Who.
  public var role: Role
  /// What.
  public var content: String

  /// A message.
  public init(_ role: Role, _ content: String) {
    self.role = role
    self.content = content
  }
}
