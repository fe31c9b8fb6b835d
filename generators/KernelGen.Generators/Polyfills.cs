// netstandard2.0 lacks the type by which the compiler marks init-only properties.
namespace System.Runtime.CompilerServices;

internal static class IsExternalInit;
