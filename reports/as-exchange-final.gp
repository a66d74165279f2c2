# title: Normalised final return (Figure 1, and 3)
# caption: 0 where nothing is opened, 1 where everything is at once. The mean over the seeds, and each seed.
metric = 'normalised_return'
y_label = 'normalised return'
panels = 'range1 range15 range2'
panel_names = '1 cell|1.5 cells, as in Figure 1|2 cells'
lines = 'as vs vps ps ind team'
line_names = 'as|vs|vps|ps|ind (ours)|team (ours)'
key(line, panel) = line.'_'.panel
load reports.'/default-bars.gp'
