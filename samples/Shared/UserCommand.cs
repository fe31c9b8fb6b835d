using System.CommandLine;

namespace Shared;

/// <summary>Runs a program by its command line. What the user can mend is one message and exit code 2.</summary>
internal static class UserCommand
{
    public static int Run(RootCommand command, string[] arguments, Action<string> showError, Func<ParseResult, int> run)
    {
        command.SetAction(parsed =>
        {
            try
            {
                return run(parsed);
            }
            catch (UserException error)
            {
                showError(error.Message);
                return 2;
            }
        });
        ParseResult parsed = command.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            showError(string.Join(Environment.NewLine, parsed.Errors.Select(error => error.Message)) + " See --help.");
            return 2;
        }

        return parsed.Invoke();
    }
}
