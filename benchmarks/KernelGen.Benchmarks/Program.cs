using BenchmarkDotNet.Running;
using KernelGen.Benchmarks;

if (args is ["results", .. string[] rest])
{
    return ResultsCommand.Run(rest);
}

BenchmarkSwitcher.FromAssembly(typeof(ResultsCommand).Assembly).Run(args);
return 0;
