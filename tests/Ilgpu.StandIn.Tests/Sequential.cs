// The stand-in's scope is one for the process: no test here runs beside another.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
