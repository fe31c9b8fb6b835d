namespace Shared;

/// <summary>Something the user can mend; shown as one message without a stack trace, exit code 2.</summary>
internal sealed class UserException(string message) : Exception(message);
